"""The trips of all 50 matters and 12 bundles of the demonstration, against what it publishes."""

import pytest

from matters.trips import Member, analyse, analyse_bundle, bundle_refusals, refusals

# (least, floor, promise, worst) of what is not the usual 0, 0, 1, 1: nothing to come for, except a window's own door.
UNUSUAL = {
    "SCJG-009": (1, 1, 1, 1),  # originals of the pharmacist are looked at, and nothing waives it
    "ZRZY-006": (1, 1, 1, 1),
    "CGJ-002": (1, 1, 1, 1),
    "RSJ-001": (1, 1, 1, 1),  # identity and photograph, in person
    "GAJ-001": (0, 1, 1, 1),  # first time: fingerprints; 换发: none
    "GAJ-002": (0, 1, 1, 1),
    "B03": (1, 1, 1, 1),
    "B07": (1, 1, 1, 1),
}


def figures(analysis):
    return (analysis.least, analysis.floor, analysis.promise, analysis.worst)


def bundle_of(bundle, guides):
    members = [Member(guides[one["matter"]], one["optional"]) for one in bundle["members"]]
    pairs = [(one["first"], one["then"]) for one in bundle["dependencies"]]
    return members, pairs


def test_matters_have_their_figures(demo_guides):
    assert len(demo_guides) == 50
    found = {code: figures(analyse(guide)) for code, guide in demo_guides.items()}
    assert found == {code: UNUSUAL.get(code, (0, 0, 1, 1)) for code in demo_guides}


def test_bundles_have_their_figures(demo_file, demo_guides):
    assert len(demo_file["bundles"]) == 12
    for bundle in demo_file["bundles"]:
        members, pairs = bundle_of(bundle, demo_guides)
        analysis = analyse_bundle(members, pairs)
        expected = UNUSUAL.get(bundle["code"], (0, 0, 1, 1))
        assert (figures(analysis.required), figures(analysis.every)) == (expected, expected), bundle["code"]


def test_published_figures_of_matters_agree(demo_guides):
    for code, guide in demo_guides.items():
        analysis = analyse(guide)
        assert analysis.floor <= guide["max_trips"] <= analysis.promise, code
        assert refusals(guide) == [], code


def test_published_figures_of_bundles_agree(demo_file, demo_guides):
    for bundle in demo_file["bundles"]:
        members, pairs = bundle_of(bundle, demo_guides)
        assert bundle_refusals(members, pairs, trips_after=bundle["trips_after"]) == [], bundle["code"]


@pytest.mark.parametrize(
    ("code", "figure"),
    [("SCJG-009", 0), ("GAJ-001", 0), ("RSJ-001", 0), ("SCJG-006", 2), ("ZGH-001", 2)],
)
def test_figures_the_process_denies_are_refused(demo_guides, code, figure):
    assert refusals(demo_guides[code] | {"max_trips": figure})


def test_every_step_of_every_route_is_one_sentence(demo_guides):
    for code, guide in demo_guides.items():
        analysis = analyse(guide)
        for route in (*analysis.routes, *analysis.corrected):
            assert len(route.steps) >= 3, code
            for step in route.steps:
                assert step.text.endswith("。"), step.text
                assert step.text.count("。") == 1, step.text
