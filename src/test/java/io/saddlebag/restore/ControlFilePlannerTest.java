package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saddlebag.database.ControlFileChoice;
import io.saddlebag.fault.BackupException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places in, decision out. Control files c1 and c2 on drives O and C, a data file and a redo log on O. */
@Tag("W14")
class ControlFilePlannerTest {
    private static Set<Path> paths(String text) {
        return text.isBlank()
                ? Set.of()
                : Arrays.stream(text.strip().split(" "))
                        .map(Path::of)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The plan as text: restored from the backup, then copies. */
    private static String plan(String now, String control, String wanted, ControlFileChoice choice)
            throws BackupException {
        ControlFilePlan plan = ControlFilePlanner.plan(
                new ControlFilePlanner.Situation(
                        "orcl", paths(now), paths(control), paths("/O/data /O/redo"), List.copyOf(paths(wanted))),
                choice);
        return plan.fromBackup().stream().map(each -> "+" + each).collect(Collectors.joining(" "))
                + plan.copies().stream()
                        .map(each -> " " + each.from() + ">" + each.to())
                        .collect(Collectors.joining());
    }

    @ParameterizedTest(name = "now {0}, in the backup {1}, wanted {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                // now        | in the backup | wanted    | same-backup     | copy-restored
                "/O/c1 /C/c2  | /O/c1 /C/c2   | ''        | ''              | ''",
                "/O/c1 /C/c2  | /O/c1 /C/c2   | /O        | +/C/c2          | ' /O/c1>/C/c2'",
                "/O/c1 /C/c2  | /O/c1 /C/c2   | /O /C     | ''              | ''",
                "/O/c1 /C/c2  | /O/c1 /C/c2   | /O /C/c2  | ''              | ''",
                "/O/c1 /C/c2  | /O/c1         | /O        | ' /O/c1>/C/c2'  | ' /O/c1>/C/c2'",
                "/O/c1 /C/c2  | /O/c1         | ''        | ' /O/c1>/C/c2'  | ' /O/c1>/C/c2'",
                // it was moved since
                "/D/c3        | /O/c1 /C/c2   | ''        | ' /O/c1>/D/c3'  | ' /O/c1>/D/c3'",
                // nobody knows where they are now: as in the backup
                "''           | /O/c1 /C/c2   | /O        | +/C/c2          | ' /O/c1>/C/c2'",
                // data files without any control file
                "/O/c1 /C/c2  | /O/c1 /C/c2   | /O/data /O/redo | '+/O/c1 +/C/c2' | '+/O/c1 /O/c1>/C/c2'",
                "/D/c3        | /O/c1         | /O/data /O/redo | '+/O/c1 /O/c1>/D/c3' | '+/O/c1 /O/c1>/D/c3'",
                // something else
                "/O/c1 /C/c2  | /O/c1 /C/c2   | /C/spfile | ''              | ''",
                // an engine without control files
                "''           | ''            | /O        | ''              | ''"
            })
    void copies_that_stay_are_made_to_match(String now, String control, String wanted, String same, String copied)
            throws BackupException {
        assertThat(plan(now, control, wanted, ControlFileChoice.SAME_BACKUP)).isEqualTo(same);
        assertThat(plan(now, control, wanted, ControlFileChoice.COPY_RESTORED)).isEqualTo(copied);
    }

    @ParameterizedTest
    @CsvSource({"/O/data", "/O/c1", "/C", "/C/c2", "/O/data/within"})
    void what_would_be_of_different_times_is_refused(String wanted) {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> plan("/O/c1 /C/c2", "/O/c1 /C/c2", wanted, ControlFileChoice.SAME_BACKUP))
                .satisfies(e -> assertThat(e.is(RestoreFault.PART_OF_DATABASE)).isTrue());
    }

    @Test
    void a_backup_without_any_control_file_is_refused() {
        assertThatExceptionOfType(BackupException.class)
                .isThrownBy(() -> plan("/C/c2", "", "/O", ControlFileChoice.COPY_RESTORED))
                .satisfies(e -> assertThat(e.is(RestoreFault.NO_CONTROL_FILE)).isTrue())
                .withMessageContaining("holds no control file");
    }
}
