package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.recover.RecoverEndpoint;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address of a recovery. */
@Tag("R8")
class RecoverEndpointTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    @Test
    void options_make_the_request() {
        RecoverEndpoint endpoint = context.getEndpoint(
                "recover:orders?untilLsn=16/B374D848&incarnation=2&backedUpOnly=true&dryRun=true",
                RecoverEndpoint.class);

        assertThat(endpoint.getDatabase()).isEqualTo("orders");
        assertThat(endpoint.getIncarnation()).isEqualTo("2");
        assertThat(endpoint.isBackedUpOnly()).isTrue();
        assertThat(endpoint.isDryRun()).isTrue();
    }

    @Test
    void what_cant_be_is_refused_when_the_route_is_loaded() {
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?untilLsn=0/1&untilSequence=3"))
                .hasStackTraceContaining("a recovery ends at one point");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?untilTime=yesterday"))
                .hasStackTraceContaining("yesterday");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?backup=1&asOf=2026-01-31T12:00:00Z"))
                .hasStackTraceContaining("name it, or say as of when");
    }

    @Test
    void a_part_of_a_database_is_one_thing_and_says_where_it_goes() {
        RecoverEndpoint endpoint = context.getEndpoint(
                "recover:orders?onlyDatabase=sales&as=found&scratch=/big&untilTime=2026-01-31T12:00:00Z",
                RecoverEndpoint.class);
        assertThat(endpoint.getOnlyDatabase()).isEqualTo("sales");
        assertThat(endpoint.getAs()).isEqualTo("found");
        assertThat(context.getEndpoint("recover:orders?blocks=base/1/2:7 base/1/3:0", RecoverEndpoint.class)
                        .getBlocks())
                .isEqualTo("base/1/2:7 base/1/3:0");

        assertThatThrownBy(() -> context.getEndpoint("recover:orders?as=found"))
                .hasStackTraceContaining("none is given");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?onlyDatabase=sales&blocks=base/1/2:7"))
                .hasStackTraceContaining("give onlyDatabase or blocks");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?onlyDatabase=sales&area=/journals"))
                .hasStackTraceContaining("leave the area out");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?blocks=base/1/2:7&untilLsn=0/5000000"))
                .hasStackTraceContaining("leave the point out");
        assertThatThrownBy(() -> context.getEndpoint("recover:orders?blocks=base/1/2:7&backedUpOnly=true"))
                .hasStackTraceContaining("all journals up to now");
    }
}
