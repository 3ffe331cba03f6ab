package io.saddlebag.restore.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreChoices;
import io.saddlebag.restore.RestoreFault;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tapeoption.Prompt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestFileTest {
    private static RestoreRequest read(String yaml) throws IOException {
        return RequestFile.read("r.yaml", new ByteArrayInputStream(yaml.getBytes(UTF_8)), "ops");
    }

    private static BackupException refused(String yaml) {
        return catchThrowableOfType(BackupException.class, () -> read(yaml));
    }

    @Test
    @Tag("W17")
    void a_name_alone_asks_for_everything_of_its_newest_backup_in_its_old_place() throws Exception {
        assertThat(read("restore: orders"))
                .isEqualTo(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orders")),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        null,
                        "ops"));
    }

    @Test
    @Tag("W15")
    @Tag("W17")
    void every_key_is_taken() throws Exception {
        assertThat(read("""
                                restore: orders
                                asOf: 2026-01-31T12:00:00Z
                                database: orders
                                to: /some/other/place
                                existing: keep-newer
                                prompt: automatic
                                objects:
                                  - /srv/orders/base
                                  - /srv/orders/conf
                                """))
                .isEqualTo(new RestoreRequest(
                        List.of(new BackupSelector.AsOf("orders", Instant.parse("2026-01-31T12:00:00Z"))),
                        List.of("/srv/orders/base", "/srv/orders/conf"),
                        Path.of("/some/other/place"),
                        RestoreRequest.Existing.KEEP_NEWER,
                        "orders",
                        "ops",
                        Prompt.AUTOMATIC));
    }

    @Test
    @Tag("R3")
    @Tag("R5")
    @Tag("R6")
    void what_may_be_read_instead_is_a_part_of_the_request() throws Exception {
        RestoreRequest request =
                read("restore: orders\nuntil: lsn:0/2000028\nmedia: [disk]\nfailover: previous\nforce: true");

        assertThat(request.backups()).containsExactly(new BackupSelector.UpTo("orders", Until.parse("lsn:0/2000028")));
        assertThat(request.choices()).isEqualTo(RestoreChoices.parse("disk", "previous", true));
        assertThat(read("restore: orders\nmedia: tape").choices().media()).containsExactly(Medium.TAPE);
    }

    @Test
    @Tag("W16")
    void backups_are_restored_in_the_order_in_which_they_are_named() throws Exception {
        assertThat(read("backup: [13, 12]").backups())
                .containsExactly(new BackupSelector.ById(new BackupId(13)), new BackupSelector.ById(new BackupId(12)));
        assertThat(read("backup: 12").backups()).containsExactly(new BackupSelector.ById(new BackupId(12)));
    }

    @ParameterizedTest
    @Tag("W17")
    @Tag("E10")
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                      | r.yaml is empty
                    # only a remark                         | r.yaml is empty
                    to: /x                                  | r.yaml: it has to say either 'restore', the name of what was backed up, or 'backup', the numbers of backups
                    restore: a;backup: 1                    | r.yaml: it has to say either 'restore', the name of what was backed up, or 'backup', the numbers of backups
                    backup: 1;asOf: 2026-01-31T12:00:00Z    | r.yaml: 'asOf' goes with 'restore'; 'backup' names the backup itself
                    restore: a;asOf: yesterday              | r.yaml:2: asOf: 'yesterday' is not a time; valid is such as 2026-01-31T12:00:00Z
                    backup: twelve                          | r.yaml:1: backup: 'twelve' is not a backup id; valid are numbers from 1
                    backup: 0                               | r.yaml:1: backup: backup ids are numbers from 1, not 0
                    backup: 1;until: scn:1                  | r.yaml: 'until' goes with 'restore'; 'backup' names the backup itself
                    restore: a;until: x                     | r.yaml:2: until: 'x' is no point to restore to; valid is a time such as 2026-01-31T12:00:00Z, lsn:16/B374D848, scn:1500 or sequence:17
                    restore: a;media: cloud                 | r.yaml:2: media: 'cloud' is not a medium; valid are disk, tape, with commas between
                    restore: a;failover: maybe              | r.yaml:2: failover: 'maybe' is no failover; valid are none, copies, previous
                    restore: a;to: here                     | r.yaml:2: to: 'here' is not an absolute path, such as /srv/orders/base
                    restore: a;objects: [srv]               | r.yaml:2: objects: 'srv' is not an absolute path, such as /srv/orders/base
                    restore: a;existing: overwrite          | r.yaml:2: existing: 'overwrite' is not a way to treat what exists; valid are replace, keep, keep-newer, rename
                    restore: a;prompt: bob                  | r.yaml:2: prompt: 'bob' is nobody to ask; valid are automatic, operator, client
                    restore: a;database: {name: a}          | r.yaml:2: database: a single value is wanted here
                    restore: a;;wher: /x                    | r.yaml:3: unknown key 'wher'; valid are asOf, backup, database, devices, existing, failover, force, map, media, newname, objects, prompt, restore, switch, to, until
                    """)
    void a_mistake_is_told_with_its_line_and_what_would_be_valid(String lines, String what) {
        BackupException refused = refused(lines.replace(';', '\n'));

        assertThat(refused.what()).isEqualTo(what);
        assertThat(refused.is(RestoreFault.BAD_REQUEST)).isTrue();
    }

    @Test
    @Tag("W17")
    void what_is_no_yaml_or_says_a_key_twice_is_refused_with_its_line() {
        assertThat(refused("restore: a\nobjects: [").what()).startsWith("r.yaml:2: ");
        assertThat(refused("restore: a\nrestore: b").what())
                .startsWith("r.yaml:2: ")
                .contains("restore");
        assertThat(refused("restore: a\n---\nrestore: b").what()).startsWith("r.yaml:");
        assertThat(refused("just a text").what()).startsWith("r.yaml:1");
    }

    @Test
    @Tag("W17")
    void what_is_too_long_for_a_request_is_not_read() {
        assertThat(refused("#".repeat(RequestFile.MAX_BYTES + 1)).what())
                .isEqualTo("r.yaml is longer than 1048576 bytes, which no restore request is");
    }

    @Test
    @Tag("Q13")
    @Tag("W17")
    void a_key_without_a_value_is_refused_rather_than_taken_for_none() {
        for (String yaml : List.of(
                "restore: files\nto:",
                "restore: files\nasOf: ~",
                "restore: [~]",
                "restore: files\nobjects:\n  -\n",
                "restore: files\nmedia: [disk, null]")) {
            assertThat(refused(yaml).what()).as(yaml).startsWith("r.yaml:").contains("it has no value");
        }
    }

    @Test
    @Tag("Q13")
    void bytes_that_are_no_text_are_refused() {
        BackupException e = catchThrowableOfType(
                BackupException.class,
                () -> RequestFile.read(
                        "r.yaml", new ByteArrayInputStream("restore: caf\u00e9s".getBytes(ISO_8859_1)), null));
        assertThat(e.is(RestoreFault.BAD_REQUEST)).isTrue();
        assertThat(e.what()).contains("UTF-8");
    }
}
