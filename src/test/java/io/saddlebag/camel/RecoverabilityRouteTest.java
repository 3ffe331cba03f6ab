package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import io.saddlebag.recoverability.Advice;
import io.saddlebag.recoverability.Recoverable;
import io.saddlebag.recoverability.RecoveryLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes ask what can be recovered, for instance before they let somebody rely on it. */
class RecoverabilityRouteTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
        Path archive = Files.createDirectories(home.resolve("archive"));
        Files.writeString(archive.resolve("redo_1.arc"), "entries");
        send("journal:ledger?pool=disk&family=nightly");
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String uri) {
        return template.send(uri, exchange -> {});
    }

    @Test
    @Tag("C11")
    @Tag("J23")
    @Tag("E3")
    @Tag("R13")
    void a_step_asks_for_intervals_and_limits() {
        assertThat(send("catalog:intervals?name=orders&withoutPools=disk")
                        .getMessage()
                        .getBody())
                .asInstanceOf(list(Recoverable.class))
                .singleElement()
                .satisfies(orders -> {
                    assertThat(orders.kind()).isEqualTo("database");
                    assertThat(orders.intervals()).isEmpty();
                });
        assertThat(send("catalog:limits?name=orders").getMessage().getBody())
                .asInstanceOf(list(RecoveryLimit.class))
                .singleElement()
                .satisfies(limit -> assertThat(limit.lost()).isEqualTo("everything: it was never backed up"));
        assertThat(send("catalog:advise?name=orders&problem=user-error&at=2026-01-31T12:00:00Z")
                        .getMessage()
                        .getBody())
                .isInstanceOfSatisfying(
                        Advice.class,
                        advice -> assertThat(advice.ways())
                                .allSatisfy(way -> assertThat(way.obstacle()).isNotNull()));
        assertThat(send("catalog:limits?name=ordres").getException())
                .hasMessageContaining("nothing is known of 'ordres'");
    }
}
