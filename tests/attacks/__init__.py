"""The attacks that must be found, and the tests that make them.

Each test makes its attack with the real program or with git's own commands, and fails when the defence is taken away. A name is
that of a test, or of a row in the table of one; ``test_table.py`` sees that all of them exist.
"""

MEMBERS = "verifying/test_attacks_on_members.py"
REGISTER = "verifying/test_register.py"
RECORDS = "verifying/test_records.py"
REPLAY = "verifying/test_replay.py"
APPROVALS = "attacks/test_approvals.py"
HISTORY = "attacks/test_history.py"
MERGES = "attacks/test_merges.py"
VALUES = "attacks/test_values.py"
DESTROYED = "attacks/test_destroyed.py"
TRACES = "git_integration/test_traces.py"

FOUND: dict[str, tuple[tuple[str, str], ...]] = {
    "ciphertext moved between fields": ((VALUES, "test_a_value_moved_between_fields_opens_nowhere"),),
    "ciphertext moved between records": (
        (VALUES, "test_a_value_moved_between_records_is_found_without_keys_and_with_them"),
        (RECORDS, "a value of another record"),
    ),
    "ciphertext moved between levels": ((VALUES, "test_a_value_moved_between_levels_is_found"),),
    "a value re-encrypted by an outsider": ((VALUES, "test_a_value_that_an_outsider_sealed_is_found"),),
    "an extra recipient pushed": (
        (MEMBERS, "another reader of everything"),
        (MEMBERS, "a level's own key as a member's"),
        (VALUES, "test_a_value_sealed_for_a_stranger_too_is_found_without_any_key"),
        ("verifying/test_attachments.py", "a scan encrypted for a stranger too"),
    ),
    "an extra recipient of a key": (
        ("custody/test_reckoning.py", "test_a_key_wrapped_for_a_stranger_too_is_named"),
        ("custody/test_reckoning.py", "wrapped for a stranger too"),
    ),
    "a level key replaced": (("custody/test_sharing.py", "test_a_replaced_level_key_is_not_passed_on"),),
    "a forged approval": ((APPROVALS, "forged"), (REGISTER, "a signature by another key")),
    "a replayed approval": ((APPROVALS, "used for another entry"), (APPROVALS, "used once more")),
    "an edited approval": ((APPROVALS, "edited"),),
    "a back-dated approval": ((APPROVALS, "dated back"), (REGISTER, "an event of last week")),
    "k-1 approvals": ((APPROVALS, "one too few"), (REGISTER, "execution after one of two supervisors")),
    "the same person twice with two keys": ((MEMBERS, "the same person twice with two keys"), (APPROVALS, "twice by one person")),
    "an approval of an earlier version": ((APPROVALS, "of an earlier version"), (REGISTER, "execution after a change")),
    "a retired member's signature": ((MEMBERS, "a retired member's commit"), (REPLAY, "a member who was retired")),
    "an unsigned commit": ((REPLAY, "a commit without signature"),),
    "a squashed history": ((HISTORY, "test_a_squash_by_a_forge_is_found"),),
    "a rebased history": ((HISTORY, "test_a_rebase_by_a_forge_is_found"),),
    "a force-pushed history": ((HISTORY, "test_a_history_pushed_by_force_is_refused_by_who_verified_the_other"),),
    "a register event edited": ((REGISTER, "an event edited"),),
    "a register event removed": ((REGISTER, "an event removed"), (MERGES, "an event dropped")),
    "register events reordered": ((REGISTER, "events reordered"), (MERGES, "events in another order")),
    "a tombstone removed": ((DESTROYED, "test_a_tombstone_taken_away_is_found"),),
    "a destroyed record restored from an old clone": (
        (DESTROYED, "test_a_record_put_back_from_an_old_clone_is_found_and_opens_no_more"),
        (DESTROYED, "test_a_record_put_back_by_an_old_clone_that_is_merged_is_found"),
    ),
    "a tombstone pushed without keys": ((DESTROYED, "test_a_tombstone_pushed_without_keys_makes_nobody_delete_theirs"),),
    "a keyring segment swapped": (("encryption/test_keyring.py", "test_a_row_that_holds_another_key_is_refused"),),
    "a keyring segment replayed from a backup": (
        ("custody/test_remotes.py", "test_a_destroyed_key_does_not_come_back_from_another_machine"),
    ),
    "a keys block changed": (
        (VALUES, "test_a_key_that_nobody_has_is_found_once_it_is_needed"),
        (RECORDS, "a key that was changed"),
    ),
    "an evil merge": ((MERGES, "an evil merge"), (MERGES, "an evil merge by a stranger")),
    "a clean merge that moves an edit": ((MERGES, "an edit moved into another file"),),
    "a commit dated before its key was retired": (
        (MEMBERS, "a commit dated before its key was retired"),
        (HISTORY, "test_a_commit_dated_before_its_key_was_retired_is_found_when_it_is_merged"),
    ),
    "a replace ref": (
        (HISTORY, "test_git_is_not_led_to_another_history"),
        (TRACES, "test_what_shows_stock_git_another_history_is_told_by_check_and_verify"),
    ),
    "schemas weakened inside the archive": ((HISTORY, "test_schemas_weakened_inside_the_archive_are_found_and_judge_nothing"),),
    "a member file edited by its own subject": ((MEMBERS, "a member file edited by its own subject"),),
    "archive.yaml weakened without authority": ((MEMBERS, "archive.yaml changed without authority"),),
    "rules made unreadable": ((HISTORY, "test_rules_that_cannot_be_read_are_named_with_who_left_them_and_the_rest_is_judged"),),
    "secrets in a branch name": ((TRACES, "test_a_secret_in_the_name_of_a_branch_or_tag"),),
    "secrets in the reflog": ((TRACES, "test_a_secret_in_the_reflog"),),
    "secrets in FETCH_HEAD": ((TRACES, "test_a_secret_in_what_was_fetched"),),
    "secrets in a textconv cache": ((TRACES, "test_a_secret_in_a_cache_of_textconv"),),
    "a plugin name that points at another program": (
        ("custody/test_identities.py", "test_a_plugin_s_name_that_points_elsewhere_is_refused"),
    ),
    "a symbolic link where a record should be": ((REPLAY, "a link instead of a file"),),
}
