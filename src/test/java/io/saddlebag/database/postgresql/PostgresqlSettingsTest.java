package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.DatabaseOptions;
import io.saddlebag.fault.BackupException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresqlSettingsTest {
    @TempDir
    Path folder;

    @Test
    @Tag("W4")
    void two_options_are_enough() throws Exception {
        assertThat(read(Map.of()))
                .isEqualTo(new PostgresqlSettings(
                        "orders",
                        Path.of("/pg/bin"),
                        Path.of("/pg/data"),
                        "127.0.0.1",
                        5432,
                        "postgres",
                        null,
                        null,
                        Path.of("/pg/data/saddlebag-start.log"),
                        List.of(),
                        "postgres",
                        List.of()));
        assertThat(read(Map.of("runAs", "postgres")).runAs()).isEqualTo(new RunAs("postgres", "postgres"));
        assertThat(read(Map.of("runAs", "65534:nogroup")).runAs()).isEqualTo(new RunAs("65534", "nogroup"));
    }

    @Test
    @Tag("R14")
    void how_thoroughly_an_opened_server_is_looked_at_is_an_option() throws Exception {
        assertThat(read(Map.of()).check()).isEqualTo(PostgresqlSettings.Check.OPEN);
        PostgresqlSettings thorough = read(Map.of("check", "tables", "checkTimeout", "3h"));
        assertThat(thorough.check()).isEqualTo(PostgresqlSettings.Check.TABLES);
        assertThat(thorough.checkLimit()).isEqualTo(Duration.ofHours(3));
        assertThatThrownBy(() -> read(Map.of("check", "all")))
                .hasMessageContaining("option check of database orders can't be \"all\"")
                .hasMessageContaining("HINT: Give open or tables");
    }

    @Test
    @Tag("W4")
    void what_pg_ctls_own_shell_would_read_as_more_than_a_path_is_refused() {
        for (String path : List.of("/a\"b", "/a$b", "/a`b", "/a\\b", "/a\nb")) {
            assertThatThrownBy(() -> read(Map.of("data", path)))
                    .hasMessageContaining("option data of database orders can't be")
                    .hasMessageContaining("HINT: Give a path without quotes");
        }
        assertThatThrownBy(() -> read(Map.of("runAs", "-x; true")))
                .hasMessageContaining("option runAs of database orders can't be \"-x; true\"");
    }

    @Test
    @Tag("W1")
    void lock_files_are_read_as_far_as_they_are_written() throws Exception {
        assertThat(PostmasterPid.parse(List.of())).isEmpty();
        assertThat(PostmasterPid.parse(List.of("41"))).isEqualTo(Optional.of(new PostmasterPid(41, 0, "")));
        assertThat(PostmasterPid.parse(List.of("-41", "/d", "1", "5432", "", "*", " 1 2", "ready   ")))
                .isEqualTo(Optional.of(new PostmasterPid(41, 5432, "ready")));
        assertThatThrownBy(() -> PostmasterPid.parse(List.of("x"))).hasMessageContaining("no process in");
    }

    @Test
    @Tag("W1")
    void only_a_shut_down_cluster_is_clean_and_an_unknown_control_file_is_not_guessed() throws Exception {
        assertThat(ClusterState.ofReport(List.of("x", "Database cluster state:               shut down")))
                .isEqualTo(ClusterState.SHUT_DOWN);
        assertThat(ClusterState.ofReport(List.of("Database cluster state:               shut down in recovery")))
                .isEqualTo(ClusterState.SHUT_DOWN);
        assertThat(ClusterState.ofReport(List.of("Database cluster state:               shutting down")))
                .isEqualTo(ClusterState.NEEDS_RECOVERY);
        assertThat(ClusterState.ofReport(List.of("in production"))).isEqualTo(ClusterState.CANNOT_TELL);
        assertThat(controlFile(1300, 1)).isEqualTo(ClusterState.SHUT_DOWN);
        assertThat(controlFile(1800, 2)).isEqualTo(ClusterState.SHUT_DOWN);
        for (int other : new int[] {0, 3, 4, 5, 6, 7}) {
            assertThat(controlFile(1800, other)).isEqualTo(ClusterState.NEEDS_RECOVERY);
        }
        assertThat(controlFile(9999, 1)).isEqualTo(ClusterState.CANNOT_TELL);
        assertThat(ClusterState.ofControlFile(folder.resolve("nowhere"))).isEqualTo(ClusterState.CANNOT_TELL);
    }

    private ClusterState controlFile(int version, int state) throws Exception {
        Files.createDirectories(folder.resolve("global"));
        ByteBuffer content = ByteBuffer.allocate(8192).order(ByteOrder.nativeOrder());
        content.putInt(8, version).putInt(16, state);
        Files.write(folder.resolve("global/pg_control"), content.array());
        return ClusterState.ofControlFile(folder);
    }

    private static PostgresqlSettings read(Map<String, ?> more) throws BackupException {
        Map<String, Object> options = new HashMap<>(Map.of("bin", "/pg/bin", "data", "/pg/data"));
        options.putAll(more);
        return PostgresqlSettings.read(new DatabaseOptions("orders", options));
    }
}
