"""Who may use the API: tokens of a scope, signed-in browsers with their CSRF token, and nobody else."""

from http.cookies import SimpleCookie

import pytest

from lib.errors import TooMany
from lib.identity.pace import FREE, LIMIT, MINUTE, Pace
from tests.web.programs import Program, examine

LUNCH = {"amount": "12.50", "category": "Food & Dining"}


def csrf_token(client) -> str:
    return client.page("/settings").find("input", {"name": "csrf_token"})["value"]


def test_a_stranger_is_told_how_to_sign_in(client):
    response = client.get("/api/expenses")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    examine(response)


@pytest.mark.parametrize(
    "token",
    ["", "x", "sbp_", "sbp__", "null", "sbp_0_" + "a" * 43, "sbp_\x00_" + "a" * 43, "é" * 50, "a" * 5000],
)
def test_what_is_no_token_opens_nothing(client, alice, token):
    response = client.get("/api/expenses", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    examine(response)


def test_a_token_of_someone_else_with_another_name_opens_nothing(client, program, alice, bob):
    forged = program.headers["Authorization"].replace(alice.user_id, bob.user_id)
    assert client.get("/api/expenses", headers={"Authorization": forged}).status_code == 401


def test_a_token_works_until_it_ends(program, clock):
    program.ask("GET", "/api/expenses")
    clock.turn(days=30)
    program.ask("GET", "/api/expenses", 401)


def test_a_revoked_token_stops_at_once(program, services, alice):
    services.tokens.revoke(alice, program.document.id)
    program.ask("GET", "/api/expenses", 401)


def test_a_reading_token_reads_and_changes_nothing(app, services, alice, program):
    lunch = program.add(**LUNCH)
    address = f"/api/expenses/{lunch['id']}"
    reader = Program(app, services, alice, "read")
    assert reader.ask("GET", address) == lunch
    for method, where in [
        ("POST", "/api/expenses"),
        ("PUT", address),
        ("DELETE", address),
        ("POST", f"{address}/restore"),
        ("POST", "/api/budget"),
        ("DELETE", f"/api/budget/{lunch['id']}"),
    ]:
        assert "only read" in reader.ask(method, where, 403, json=LUNCH)["detail"]
    assert program.ask("GET", "/api/expenses")["expenses"] == [lunch]


def test_a_program_needs_no_csrf_token_and_gets_no_cookie(program):
    response = program.answer("POST", "/api/expenses", 201, json=LUNCH)
    assert "Set-Cookie" not in response.headers


def test_a_browser_needs_its_csrf_token(as_alice):
    response = as_alice.post("/api/expenses", json=LUNCH)
    assert response.status_code == 400
    assert "X-CSRFToken" in response.json["detail"]
    examine(response)
    headers = {"X-CSRFToken": csrf_token(as_alice)}
    assert as_alice.post("/api/expenses", json=LUNCH, headers=headers).status_code == 201
    assert len(as_alice.get("/api/expenses").json["expenses"]) == 1


def test_a_cookie_beside_a_token_counts_nothing(as_alice, bobs_program):
    contact = as_alice.get("/api/user/contact-info", headers=bobs_program.headers)
    assert contact.json["email"] == "bob@example.com"
    broken = as_alice.get("/api/user/contact-info", headers={"Authorization": "Bearer broken"})
    assert broken.status_code == 401
    # Else any site could send alice's browser here with a made-up token in the place of the CSRF token.
    assert (
        as_alice.post("/api/expenses", json=LUNCH, headers={"Authorization": "Bearer x"}).status_code == 401
    )
    assert as_alice.get("/api/expenses").json["expenses"] == []


def test_a_token_opens_no_page(program):
    response = program.client.get("/dashboard", headers=program.headers)
    assert response.headers["Location"].startswith("/login")


def test_a_token_does_not_stand_in_for_a_forms_csrf_token(program, as_alice):
    response = as_alice.post("/expenses/new", data=LUNCH, headers=program.headers)
    assert response.status_code == 400


def test_another_way_to_sign_in_is_none(client, alice):
    response = client.get("/api/expenses", auth=("alice", "correct horse battery"))
    assert response.status_code == 401


def test_the_pages_learn_whether_anyone_is_signed_in(client, as_alice):
    assert client.get("/api/check-session").json == {"authenticated": False, "user": None}
    assert as_alice.get("/api/check-session").json["user"]["username"] == "alice"
    as_alice.post_form("/logout", form_at="/settings")
    assert as_alice.get("/api/check-session").json["authenticated"] is False


def test_asking_sets_no_cookie_for_strangers(client):
    assert not SimpleCookie(client.get("/api/check-session").headers.get("Set-Cookie"))


def test_contact_info_is_ones_own(program, bobs_program):
    assert program.ask("GET", "/api/user/contact-info") == {
        "email": "alice@example.com",
        "email_confirmed": False,
        "phone": None,
        "phone_confirmed": False,
        "subscription": "none",
    }
    assert bobs_program.ask("GET", "/api/user/contact-info")["email"] == "bob@example.com"


def test_who_asks_too_fast_is_told_when_to_go_on(program, bobs_program, services, alice, clock):
    for _ in range(LIMIT):
        services.pace.step(alice.user_id)
    response = program.answer("GET", "/api/expenses", 429)
    assert int(response.headers["Retry-After"]) == 60
    bobs_program.ask("GET", "/api/expenses")
    clock.turn(seconds=60)
    program.ask("GET", "/api/expenses")


def test_a_quiet_program_costs_the_store_nothing(services, clock):
    for _ in range(FREE):
        services.pace.step("quiet")
    assert services.store.count_hit("api-quiet", MINUTE) == 1  # the first that is counted


def test_two_processes_count_together(services):
    processes = Pace(services.store, services.now), Pace(services.store, services.now)
    through = sum(lets_through(pace) for _ in range(LIMIT) for pace in processes)
    assert through == LIMIT + FREE  # each has some that it counts for itself


def lets_through(pace: Pace) -> bool:
    try:
        pace.step("busy")
    except TooMany:
        return False
    return True


@pytest.mark.parametrize(
    ("method", "address", "allow"),
    [
        ("PATCH", "/api/expenses", {"GET", "POST"}),
        ("POST", "/api/summary", {"GET"}),
        ("TRACE", "/api/budget", {"GET", "POST"}),
        ("GET", "/api/expenses/" + "0" * 32 + "/restore", {"POST"}),
    ],
)
def test_a_wrong_method_is_answered_by_the_right_ones(program, method, address, allow):
    response = program.answer(method, address, 405)
    assert set(response.headers["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == allow


@pytest.mark.parametrize(
    "address", ["/api/", "/api/nothing", "/api/expenses/", "/api/expenses/1", "/api/budget/%00"]
)
def test_an_address_that_does_not_exist_is_a_problem(program, address):
    program.ask("GET", address, 404)
