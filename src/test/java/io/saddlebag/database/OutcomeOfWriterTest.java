package io.saddlebag.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.database.DatabaseComponent.Kind;
import io.saddlebag.snapshot.CoveredComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a backup is by the word of Oracle's writer (VSS-04107), and by the places that a snapshot covered. */
@Tag("W9")
class OutcomeOfWriterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // recorded       | the writer covered                   | then it is
                "CRASH_CONSISTENT | Oracle Database                      | DATABASE_FULL",
                "CRASH_CONSISTENT | Flash Recovery Area, Oracle Database | DATABASE_FULL",
                "CRASH_CONSISTENT | Flash Recovery Area                  | CRASH_CONSISTENT",
                "CRASH_CONSISTENT | ''                                   | CRASH_CONSISTENT",
                "DATABASE_FULL    | Flash Recovery Area                  | DATABASE_FULL",
                "RECOVERY_AREA    | Oracle Database                      | RECOVERY_AREA",
                "''               | Flash Recovery Area                  | RECOVERY_AREA",
                "''               | Fast Recovery Area                   | RECOVERY_AREA",
                "''               | Oracle Database                      | DATABASE_FULL",
                "''               | Exchange                             | ''"
            })
    void a_writers_word_makes_more_of_it_and_never_less(String recorded, String covered, String outcome) {
        List<CoveredComponent> components = Arrays.stream(covered.split(", "))
                .filter(name -> !name.isBlank())
                .map(name -> new CoveredComponent("Oracle.VSSWriter.ORCL", name, "FULL"))
                .toList();

        assertThat(OutcomeClass.confirmed(parse(recorded), components, "orcl")).isEqualTo(parse(outcome));
    }

    /** Two instances on one machine, and kinds that are no full backup. */
    @ParameterizedTest
    @CsvSource({
        "Oracle.VSSWriter.ORCL, FULL, DATABASE_FULL",
        "Oracle.VSSWriter.ORCL, LOG, CRASH_CONSISTENT",
        "Oracle.VSSWriter.ORCL, '', CRASH_CONSISTENT",
        "Oracle.VSSWriter.SALES, FULL, CRASH_CONSISTENT",
        "Oracle.VSSWriter.XORCL, FULL, CRASH_CONSISTENT"
    })
    void only_the_databases_own_writer_and_a_full_backup_count(String writer, String kind, OutcomeClass outcome) {
        assertThat(OutcomeClass.confirmed(
                        Optional.of(OutcomeClass.CRASH_CONSISTENT),
                        List.of(new CoveredComponent(writer, "Oracle Database", kind)),
                        "ORCL"))
                .contains(outcome);
    }

    private static Optional<OutcomeClass> parse(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(OutcomeClass.valueOf(text));
    }

    /** As on the guide's machine: O has data files, redo and one control file, C the other one. */
    @Test
    @Tag("W14")
    void one_of_several_control_files_will_do_without_a_writer() {
        List<DatabaseComponent> parts = List.of(
                part(Kind.DATA, "/O/data"),
                part(Kind.CONTROL, "/O/c1"),
                part(Kind.CONTROL, "/C/area/c2"),
                part(Kind.JOURNAL, "/O/redo"),
                part(Kind.RECOVERY_AREA, "/C/area"));

        assertThat(OutcomeClass.of(parts, List.of(Path.of("/O")), OutcomeClass.Writer.TOOK_NO_PART))
                .contains(OutcomeClass.CRASH_CONSISTENT);
        assertThat(OutcomeClass.of(parts, List.of(Path.of("/O")), OutcomeClass.Writer.IN_BACKUP_MODE))
                .isEmpty();
        assertThat(OutcomeClass.of(
                        parts, List.of(Path.of("/O/data"), Path.of("/O/redo")), OutcomeClass.Writer.TOOK_NO_PART))
                .isEmpty();
    }

    private static DatabaseComponent part(Kind kind, String path) {
        return new DatabaseComponent(path, kind, Path.of(path), List.of());
    }
}
