"""Where the database's password is in Secrets Manager: what its address may say, and that it is reached by TLS."""

import pytest
from sqlalchemy import make_url

from lib.settings import Misconfigured, load_settings

URL = "postgresql://planner@db.internal/planner"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1a2b-3c4d-AbCdEf"
SERVED = {"app_env": "prod", "secret_key": "signs"}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", [SECRET, "rds!cluster-1", "smart-budget/database"])
def test_the_secret_is_named_in_full_or_by_its_name(name):
    assert load_settings(database_url=URL, database_secret=name).database_secret == name


@pytest.mark.parametrize("name", ["no name at all", "arn:aws:s3:::bucket", "arn:aws:secretsmanager:x"])
def test_anything_else_is_no_name_of_one(name):
    with pytest.raises(Misconfigured, match="DATABASE_SECRET: write the name"):
        load_settings(database_url=URL, database_secret=name)


@pytest.mark.parametrize(
    "url", ["", "sqlite:///planner.db", "postgresql://planner:hunter2@db/planner", f"{URL}?password=hunter2"]
)
def test_it_goes_with_a_postgresql_whose_address_has_no_password(url):
    with pytest.raises(Misconfigured, match="DATABASE_URL without a password") as said:
        load_settings(database_url=url, database_secret=SECRET)
    assert "hunter2" not in str(said.value)


@pytest.mark.parametrize("password", ["pa#ss", "a?b", "a/b", "a:b", "a@b", "?", "a@b/c?d=e#f"])
def test_what_the_database_is_asked_with_is_found_in_its_address(password):
    """Whoever reads addresses as browsers do finds none of these."""
    url = f"postgresql://planner:{password}@db/planner"
    assert make_url(url).password
    with pytest.raises(Misconfigured, match="DATABASE_URL without a password"):
        load_settings(database_url=url, database_secret=SECRET)


@pytest.mark.parametrize(
    "rest",
    ["planner@db:5432/planner", "planner@/planner?host=/run/a", "/planner", "[::1]:5432/p", "pl%40@db"],
)
def test_an_address_without_a_password_goes_with_it(rest):
    url = f"postgresql://{rest}"
    assert make_url(url).password is None
    assert load_settings(database_url=url, database_secret=SECRET).database_secret == SECRET


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (URL, "?sslmode=require"),
        (f"{URL}?timeout=5", "?timeout=5&sslmode=require"),
        (f"{URL}?sslmode=verify-full&sslrootcert=/rds.pem", "?sslmode=verify-full&sslrootcert=/rds.pem"),
    ],
)
def test_it_is_reached_by_tls_unless_it_is_on_this_machine(given, used):
    there = load_settings(database_url=given, database_secret=SECRET, **SERVED)
    assert there.database == f"postgresql+psycopg://planner@db.internal/planner{used}"
    here = load_settings(database_url=given, database_secret=SECRET)
    assert here.database == here.database_url


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", ""])
def test_tls_is_not_turned_off_where_strangers_come_by(mode):
    url = f"{URL}?sslmode={mode}"
    with pytest.raises(Misconfigured, match="DATABASE_URL needs TLS"):
        load_settings(database_url=url, database_secret=SECRET, **SERVED)
    assert load_settings(database_url=url, database_secret=SECRET).is_local
    assert load_settings(database_url=url, **SERVED).database.endswith(f"sslmode={mode}")


def test_a_database_on_rds_grows_from_a_size_to_a_larger_one():
    assert load_settings(rds_storage="20-22").rds_sizes == (20, 22)
    assert load_settings(rds_storage="20-65536").rds_sizes == (20, 65_536)
    for storage in ("20-21", "100-20", "20", "5-100", "19-100", "20-65537", "much"):
        with pytest.raises(Misconfigured, match="RDS_STORAGE"):
            load_settings(rds_storage=storage)
