package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore of a real PostgreSQL whose process is killed, and the same command again. */
class RestoreKilledIT {
    @TempDir
    Path folder;

    @Test
    @Tag("R6")
    @Tag("W12")
    @Tag("Q11")
    void the_same_command_takes_over_what_was_staged() throws Exception {
        try (OnlineSite site = OnlineSite.on(folder, "none", "    lease: 20s\n")) {
            PostgresServer server = site.server();
            server.execute(
                    "create table t as select n, repeat(md5(n::text), 30) told from generate_series(1, 60000) n");
            site.done(site.backupCommand());
            server.execute("insert into t values (0, 'after the backup')");

            Process restore = site.program(folder.resolve("restore.log"), "restore", "orders", "--database", "orders");
            try {
                Until.holds("files are staged", Site.PATIENT, () -> !restore.isAlive() || stagedFiles(server) > 20);
                assertThat(restore.isAlive())
                        .as(Files.readString(folder.resolve("restore.log")))
                        .isTrue();
            } finally {
                restore.destroyForcibly().waitFor();
            }
            Until.holds(
                    "its guard has started the database",
                    Site.PATIENT,
                    () -> server.adapter().state() == DatabaseState.OPEN);
            assertThat(server.ask("select count(*) from t")).isEqualTo("60001");
            assertThat(stagedFiles(server)).isPositive();

            JsonNode job = OnlineSite.only(site.done("restore", "orders", "--database", "orders", "--json")
                    .json());

            assertThat(job.path("figures").path("taken-over").asLong()).isPositive();
            assertThat(server.ask("select count(*) from t")).isEqualTo("60000");
            assertThat(server.ask("select count(*) from t where told <> repeat(md5(n::text), 30)"))
                    .isEqualTo("0");
            assertThat(stages(server)).isEmpty();
        }
    }

    private static List<Path> stages(PostgresServer server) throws IOException {
        try (Stream<Path> beside = Files.list(server.settings().dataDirectory().getParent())) {
            return beside.filter(each -> each.getFileName().toString().contains(".saddlebag-restored-"))
                    .toList();
        }
    }

    /** It grows meanwhile: whatever can't be counted is counted the next time. */
    private static long stagedFiles(PostgresServer server) throws IOException {
        long files = 0;
        for (Path stage : stages(server)) {
            try (Stream<Path> all = Files.walk(stage)) {
                files += all.filter(Files::isRegularFile).count();
            } catch (java.io.UncheckedIOException changing) {
                return files;
            }
        }
        return files;
    }
}
