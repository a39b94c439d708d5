"""What may stand somewhere is told whole where it is little, else as what is most like the word that stands there."""

from archivectl.checking import nearest


def test_a_few_words_are_all_told() -> None:
    assert nearest.known("x", ["b", "a", "b"]) == "b, a"


def test_of_many_words_the_five_nearest_are_told() -> None:
    words = [f"word-{number}" for number in range(40)] + ["renewals", "renew"]
    found = nearest.known("renewal", words).split(", ")
    assert (found[0], len(found), found[-1]) == ("renewals", 6, "…")
    assert "renew" in found
