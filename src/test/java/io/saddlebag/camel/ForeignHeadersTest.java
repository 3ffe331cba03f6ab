package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.SaddlebagHeaders;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever sends a message into a route has no say in what is backed up, and where to. */
class ForeignHeadersTest {
    @TempDir
    Path home;

    private static List<String> ours() {
        return Arrays.stream(SaddlebagHeaders.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(ForeignHeadersTest::value)
                .toList();
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("E3")
    void camel_s_transports_drop_our_headers_whatever_their_case() throws Exception {
        DefaultHeaderFilterStrategy transport = new DefaultHeaderFilterStrategy();
        transport.setInFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        transport.setLowerCase(true);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);

            assertThat(ours())
                    .hasSizeGreaterThan(10)
                    .allMatch(header -> header.startsWith("CamelSaddlebag"))
                    .allMatch(header -> transport.applyFilterToExternalHeaders(header, "x", exchange))
                    .allMatch(header -> transport.applyFilterToExternalHeaders(
                            header.toUpperCase(java.util.Locale.ROOT), "x", exchange));
        }
    }

    @Test
    @Tag("E3")
    void a_backup_is_the_same_with_forged_headers_of_all_names() throws Exception {
        try (MemoryNode node = MemoryNode.in(home);
                DefaultCamelContext context = Routes.on(node)) {
            Routes.load(context, """
                    - route:
                        from:
                          uri: direct:go
                          steps:
                            - to: "job:begin?task=backup orders"
                            - to: "database:orders?operation=stop"
                            - to: snapshot:create
                            - to: "database:orders?operation=start"
                            - to: backup:orders
                            - to: "tape:vault?family=nightly"
                            - to: job:end
                    """);
            context.start();

            Exchange done = context.createProducerTemplate().send("direct:go", exchange -> {
                ours().forEach(header -> exchange.getMessage().setHeader(header, "99"));
                for (String option : List.of("operation", "library", "family", "name", "database", "paths", "user")) {
                    exchange.getMessage().setHeader(option, "ledger");
                    exchange.getMessage().setHeader("CamelSaddlebag" + option, "ledger");
                }
            });

            assertThat(done.getException()).isNull();
            assertThat(node.events).containsExactly("stop orders", "snapshot", "start orders", "release");
            assertThat(node.backupsComplete()).containsExactly("orders");
            assertThat(node.onlyJob().name().value()).isEqualTo("1");
            assertThat(done.getMessage().getHeaders())
                    .containsEntry(SaddlebagHeaders.JOB, "1")
                    .containsEntry(SaddlebagHeaders.BACKUP_ID, 1L)
                    .containsEntry(SaddlebagHeaders.VOLUMES, "nightly-000001")
                    .containsEntry(SaddlebagHeaders.DATABASE_STATE, "open");
        }
    }
}
