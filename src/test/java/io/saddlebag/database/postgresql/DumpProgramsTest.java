package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.Command;
import io.saddlebag.host.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R8")
class DumpProgramsTest {
    @TempDir
    Path bin;

    /** Says one thing to whatever is asked. */
    private static final class Talking implements Processes {
        private final String says;
        private final int exitCode;
        private final List<Command> asked = new ArrayList<>();

        Talking(String says, int exitCode) {
            this.says = says;
            this.exitCode = exitCode;
        }

        @Override
        public Finished run(Command command, Consumer<String> line) {
            asked.add(command);
            line.accept(says);
            return new Finished(exitCode, Duration.ZERO);
        }
    }

    private DumpPrograms programs(Processes processes) {
        return new DumpPrograms(
                new PostgresqlSettings(
                        "orders",
                        bin,
                        bin.resolve("data"),
                        "127.0.0.1",
                        5432,
                        "postgres",
                        null,
                        null,
                        bin.resolve("log"),
                        List.of(),
                        "postgres",
                        List.of()),
                processes);
    }

    private void install(String... names) throws Exception {
        for (String name : names) {
            Files.createFile(
                    bin.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }

    @Test
    void those_of_an_older_version_than_the_server_are_refused_and_others_are_not() throws Exception {
        install("pg_dump", "pg_restore");
        Processes fifteen = new Talking("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 0);

        programs(fifteen).require(15);
        programs(fifteen).require(14);

        assertThatThrownBy(() -> programs(fifteen).require(16))
                .hasMessageContaining("SBG-Z020")
                .hasMessageContaining("15.18")
                .hasMessageContaining("the server is of version 16");
        assertThatThrownBy(() -> programs(new Talking("no such library", 127)).require(15))
                .hasMessageContaining("no such library");
    }

    @Test
    void one_that_is_not_there_is_named() throws Exception {
        install("pg_dump");

        assertThatThrownBy(() ->
                        programs(new Talking("pg_dump (PostgreSQL) 15.18", 0)).require(15))
                .hasMessageContaining("there is no pg_restore in " + bin);
    }

    @Test
    void a_failure_says_what_the_program_said_last() {
        Talking failing = new Talking("role \"clerk\" does not exist", 1);

        assertThatThrownBy(() -> programs(failing)
                        .restore(
                                Map.of("dbname", "it's \\ here"),
                                bin.resolve("dump"),
                                Duration.ofMinutes(1),
                                line -> {}))
                .hasMessageContaining("SBG-Z024")
                .hasMessageContaining("exit code 1: role \"clerk\" does not exist");
        assertThat(failing.asked.get(0).arguments())
                .contains("--exit-on-error", "--create", "--dbname=dbname='it\\'s \\\\ here'");
    }
}
