"""Every page in the ways to look in which no contrast is measured: magnified, in the colours of the system."""
import check_looks


def run(world):
    yield from check_looks.all_pages(world, (look for look in check_looks.looks(world) if not look[1]))
