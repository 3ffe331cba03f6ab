package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.backup.BackupEndpoint;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What routes say of interrupted backups. */
@Tag("D6")
class RestartOptionsTest {
    @TempDir
    Path home;

    @Test
    void a_route_may_start_over_and_choose_the_interval() throws Exception {
        try (MemoryNode node = MemoryNode.in(home);
                DefaultCamelContext context = Routes.on(node)) {
            context.start();

            assertThat(context.getEndpoint("backup:home", BackupEndpoint.class).isRestart())
                    .isTrue();
            BackupEndpoint chosen =
                    context.getEndpoint("backup:home?restart=false&checkpointInterval=8GiB", BackupEndpoint.class);
            assertThat(chosen.isRestart()).isFalse();
            assertThat(chosen.getCheckpointInterval()).isEqualTo("8GiB");
            assertThatThrownBy(() -> context.getEndpoint("backup:home?checkpointInterval=0"))
                    .hasStackTraceContaining("a checkpoint interval of 0 bytes; valid is 1 byte or more");
            assertThatThrownBy(() -> context.getEndpoint("backup:home?checkpointInterval=soon"))
                    .hasStackTraceContaining("'soon' is not a size");
        }
    }
}
