"""Set up the repository for images: scanned at every push, and rid of old ones by itself.

.venv/bin/python -m scripts.setup_ecr              what would change
.venv/bin/python -m scripts.setup_ecr --apply      do it
.venv/bin/python -m scripts.setup_ecr --uri        what images are called there, for `docker push`
.venv/bin/python -m scripts.setup_ecr --password   for `docker login --username AWS --password-stdin`; good for 12 hours
"""

import base64
import sys

from aws_config.resource_manager import ResourceManager
from aws_config.resources.repositories import RepositoryResource
from scripts.operating import FINE, WRONG, Bench, parser_of, plan_and_apply, run, start, ways


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("setup_ecr", __doc__)
    which = ways(parser, uri="print what images are called there")
    which.add_argument("--password", action="store_true", help="print a password for the registry")
    which.add_argument("--has", metavar="TAG", help="look whether there is an image of that name")
    options = start(argv, parser)

    def work(bench: Bench) -> int:
        if options.password:
            return tell_password(bench)
        repository = RepositoryResource(bench.aws, bench.names.repository)
        if options.has:
            return FINE if repository.has(options.has) else WRONG
        if options.uri:
            return tell_uri(bench, repository)
        return plan_and_apply(bench, ResourceManager([[repository]]), apply=options.apply)

    return run(options, work)


def tell_uri(bench: Bench, repository: RepositoryResource) -> int:
    uri = repository.uri
    if not uri:
        bench.screen.complain(
            f"There is no repository {repository.name}. To make it: {bench.command} --apply"
        )
        return WRONG
    bench.screen.say(uri)
    bench.screen.hand_over({"uri": uri})
    return FINE


def tell_password(bench: Bench) -> int:
    token = bench.aws.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    print(base64.b64decode(token).decode().partition(":")[2])
    return FINE


if __name__ == "__main__":
    sys.exit(main())
