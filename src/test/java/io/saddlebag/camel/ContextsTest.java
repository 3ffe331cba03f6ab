package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.job.JobComponent;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.Inventory;
import io.saddlebag.node.Node;
import io.saddlebag.node.NodeStarter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a context's node comes from, and that contexts keep out of each other's way. */
class ContextsTest {
    @TempDir
    Path home;

    private final List<MemoryNode> started = new ArrayList<>();

    private DefaultCamelContext starting(Path nodeHome) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("starter", NodeStarter.class, (NodeStarter) folder -> {
            MemoryNode node = MemoryNode.in(folder);
            started.add(node);
            return node;
        });
        Properties properties = new Properties();
        properties.setProperty("saddlebag.home", nodeHome.toString());
        context.getPropertiesComponent().setInitialProperties(properties);
        return context;
    }

    private static Exchange send(DefaultCamelContext context, String uri) {
        return context.createProducerTemplate().send(uri, exchange -> {});
    }

    private static List<?> jobs(DefaultCamelContext context) {
        Exchange done = send(context, "job:list");
        assertThat(done.getException()).isNull();
        return (List<?>) done.getMessage().getBody();
    }

    @Test
    @Tag("E2")
    void a_context_without_a_node_starts_one_at_first_use_and_closes_it_with_itself() throws Exception {
        try (DefaultCamelContext context = starting(home)) {
            Routes.loadShipped(context, "backup-ledger.yaml");
            context.start();
            assertThat(started).isEmpty();

            assertThat(send(context, "database:orders?operation=status").getException())
                    .isNull();
            assertThat(send(context, "job:list").getException()).isNull();

            assertThat(started).hasSize(1);
            assertThat(context.getRegistry().findSingleByType(Node.class)).isSameAs(started.get(0));
            assertThat(started.get(0).closed).isFalse();
        }
        assertThat(started.get(0).closed).isTrue();
    }

    @Test
    @Tag("E2")
    void the_product_s_own_node_is_found_by_name_and_started_from_the_shipped_configuration() throws Exception {
        Files.copy(
                Path.of("config/saddlebag.yaml"),
                Files.createDirectories(home.resolve("config")).resolve("saddlebag.yaml"));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("saddlebag.home", home.toString());
            context.start();

            assertThat(jobs(context)).isEmpty();
            assertThat(context.getRegistry().findSingleByType(Node.class).databases())
                    .containsExactlyInAnyOrder("orders", "ledger", "shop", "stock");
            assertThat(((Inventory) send(context, "library:vault?operation=inventory")
                                    .getMessage()
                                    .getBody())
                            .of(ElementKind.SE))
                    .hasSize(8);
        }
        assertThat(home.resolve("var")).isDirectory();
    }

    @Test
    @Tag("E2")
    void a_context_that_never_works_never_starts_a_node() throws Exception {
        try (DefaultCamelContext context = starting(home)) {
            Routes.loadShipped(context, "backup-ledger.yaml");
            context.start();
        }

        assertThat(started).isEmpty();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    @Tag("E2")
    void a_node_that_the_host_brought_stays_open() throws Exception {
        try (MemoryNode node = MemoryNode.in(home)) {
            try (DefaultCamelContext context = Routes.on(node)) {
                context.start();
                assertThat(send(context, "job:list").getException()).isNull();
            }
            assertThat(node.closed).isFalse();
        }
    }

    @Test
    @Tag("E2")
    void two_contexts_in_one_process_have_nodes_of_their_own() throws Exception {
        try (DefaultCamelContext one = starting(home.resolve("one"));
                DefaultCamelContext two = starting(home.resolve("two"))) {
            Routes.loadShipped(one, "backup-ledger.yaml");
            one.start();
            two.start();

            assertThat(send(one, "direct:backup-ledger").getException()).isNull();
            assertThat(jobs(two)).isEmpty();
            assertThat(jobs(one)).hasSize(1);

            one.stop();
            assertThat(send(two, "database:orders?operation=status").getException())
                    .isNull();
        }
        assertThat(started).hasSize(2).allMatch(node -> node.closed);
    }

    @Test
    @Tag("E2")
    @Tag("E3")
    void a_component_s_own_node_comes_before_the_registry_s() throws Exception {
        try (MemoryNode registered = MemoryNode.in(home.resolve("registered"));
                MemoryNode own = MemoryNode.in(home.resolve("own"));
                DefaultCamelContext context = Routes.on(registered)) {
            JobComponent jobs = new JobComponent();
            jobs.setNode(own);
            context.addComponent("job", jobs);
            context.start();
            own.backups().begin("a", null, io.saddlebag.job.Overlap.SKIP, java.util.Map.of());

            assertThat(jobs(context)).hasSize(1);
        }
    }

    @Test
    @Tag("E2")
    @Tag("E10")
    void without_node_and_home_the_error_says_what_to_set() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();

            assertThat(send(context, "job:list").getException())
                    .hasMessageContaining("SBG-E001")
                    .hasMessageContaining("property saddlebag.home is not set")
                    .hasMessageContaining("config/saddlebag.yaml");
        }
    }

    @Test
    @Tag("E2")
    @Tag("E10")
    void a_library_of_the_host_that_doesn_t_fit_fails_the_exchange_and_is_named() throws Exception {
        try (DefaultCamelContext context = starting(home)) {
            context.getRegistry().bind("starter", NodeStarter.class, (NodeStarter) folder -> {
                throw new NoSuchFieldError("WAL_AUTOCHECKPOINT");
            });
            context.start();

            assertThat(send(context, "job:list").getException())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("doesn't fit")
                    .hasMessageContaining("WAL_AUTOCHECKPOINT");
        }
    }

    @Test
    @Tag("E2")
    @Tag("E10")
    void of_several_nodes_none_is_guessed() throws Exception {
        try (MemoryNode one = MemoryNode.in(home.resolve("one"));
                MemoryNode two = MemoryNode.in(home.resolve("two"));
                DefaultCamelContext context = Routes.on(one)) {
            context.getRegistry().bind("second", Node.class, two);
            context.start();

            assertThat(send(context, "job:list").getException()).hasMessageContaining("SBG-E002 there are 2 nodes");
        }
    }
}
