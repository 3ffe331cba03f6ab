package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.saddlebag.database.RecoveryOrder;
import io.saddlebag.recovery.RecoveryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server runs for each journal: its answers are all that the server knows of journals. */
@Tag("R7")
final class JournalAreaTest {
    private static final String THERE = "000000010000000000000007";
    private static final String LOST = "000000010000000000000008";
    private static final String NEVER = "000000010000000000000009";

    @TempDir
    Path folder;

    private Path area;
    private Path wanted;

    @BeforeEach
    void complete() throws Exception {
        area = Files.createDirectory(folder.resolve("area of journals"));
        wanted = Files.createDirectory(folder.resolve("pg_wal")).resolve("RECOVERYXLOG");
        Files.writeString(area.resolve(THERE), "records");
        Path like = Files.createFile(folder.resolve("PG_VERSION"));

        new JournalArea(area)
                .complete(new RecoveryOrder(RecoveryTarget.end(), 1, area, Set.of(THERE), Set.of(LOST)), like);
    }

    @Test
    void a_journal_is_handed_over_under_another_name_without_a_copy() throws Exception {
        assertThat(fetch(THERE)).isZero();

        assertThat(wanted).hasContent("records");
        assertThat(Files.getAttribute(wanted, "unix:ino"))
                .isEqualTo(Files.getAttribute(area.resolve(THERE), "unix:ino"));
    }

    /** As the server does with those that it is done with. */
    @Test
    void it_stays_when_the_server_removes_its_name() throws Exception {
        assertThat(fetch(THERE)).isZero();
        Files.delete(wanted);

        assertThat(fetch(THERE)).isZero();
        assertThat(wanted).hasContent("records");
    }

    @Test
    void what_is_left_in_the_way_is_not_written_into() throws Exception {
        Files.writeString(area.resolve(LOST), "another one's records");
        Files.createLink(wanted, area.resolve(LOST));

        assertThat(fetch(THERE)).isZero();

        assertThat(wanted).hasContent("records");
        assertThat(area.resolve(LOST)).hasContent("another one's records");
    }

    @Test
    void where_it_can_have_no_second_name_it_is_copied() throws Exception {
        Path other = Files.createTempDirectory(Path.of("/dev/shm"), "pg_wal");
        assumeFalse(Files.getFileStore(other).equals(Files.getFileStore(area)), "another file system is needed");
        wanted = other.resolve("RECOVERYXLOG");
        try {
            assertThat(fetch(THERE)).isZero();

            assertThat(wanted).hasContent("records");
        } finally {
            Files.deleteIfExists(wanted);
            Files.delete(other);
        }
    }

    @Test
    void only_a_name_that_never_was_ends_the_recovery() throws Exception {
        assertThat(fetch(NEVER)).isEqualTo(1);
        assertThat(fetch(LOST)).isEqualTo(130);
        assertThat(wanted).doesNotExist();
    }

    @Test
    void what_can_not_be_told_or_handed_over_stops_the_server() throws Exception {
        Files.delete(area.resolve(THERE));
        assertThat(fetch(THERE)).isEqualTo(130);
        Files.delete(area.resolve("journals"));
        assertThat(fetch(NEVER)).isEqualTo(130);
    }

    private int fetch(String name) throws IOException, InterruptedException {
        return new ProcessBuilder("/bin/sh", area.resolve(JournalArea.SCRIPT).toString(), name, wanted.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start()
                .waitFor();
    }
}
