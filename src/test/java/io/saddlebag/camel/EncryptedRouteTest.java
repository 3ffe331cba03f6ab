package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted images from routes. */
@Tag("X10")
class EncryptedRouteTest {
    private static final String[] BEGIN = {
        "job:begin?task=backup orders",
        "database:orders?operation=stop",
        "snapshot:create",
        "database:orders?operation=start"
    };

    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        node.keys().generate("nightly", Instant.EPOCH);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private void route(String... last) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:run").to(BEGIN).to(last);
            }
        });
    }

    private Exception run() {
        return template.send("direct:run", exchange -> {}).getException();
    }

    private List<Backup> backups() throws Exception {
        return node.catalog().backups(new Catalog.Filter(Optional.empty(), true));
    }

    @Test
    void an_image_is_encrypted_on_its_way_to_tape_and_restored_from_there() throws Exception {
        route("backup:orders?encrypt=nightly", "tape:vault?family=nightly", "job:end");

        assertThat(run()).isNull();

        assertThat(backups())
                .singleElement()
                .satisfies(backup -> assertThat(backup.about().layers())
                        .containsExactly(
                                "tar",
                                "zstd",
                                "age+" + node.keys().show("nightly").keyIds().get(0)));
        Path target = home.resolve("target");
        assertThat(template.send("restore:orders?to=" + target, exchange -> {}).getException())
                .isNull();
        try (var files = Files.walk(target)) {
            assertThat(files.filter(file -> file.endsWith("table")))
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readString(file)).isEqualTo("row 1\nrow 2\n"));
        }
    }

    @Test
    void a_key_that_is_not_there_keeps_a_route_from_starting_and_the_database_up() {
        assertThatThrownBy(() -> route("backup:orders?encrypt=nobody", "tape:vault?family=nightly", "job:end"))
                .isInstanceOf(FailedToCreateRouteException.class)
                .rootCause()
                .hasMessageContaining("SBG-K002 there is no key 'nobody'; known are nightly");
        assertThat(node.orders.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    void a_key_that_is_lost_later_leaves_the_database_up() throws Exception {
        route("backup:orders?encrypt=nightly", "tape:vault?family=nightly", "job:end");
        node.keyTexts.recipients.clear();
        node.keyTexts.identities.clear();

        assertThat(run()).hasMessageContaining("SBG-K002");

        assertThat(node.orders.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(backups()).isEmpty();
    }

    @Test
    @Tag("M1")
    void as_a_last_resort_age_and_zstd_and_tar_read_what_a_route_wrote_to_a_file() throws Exception {
        Program.need("age", "zstd", "tar");
        route("backup:orders?encrypt=nightly", "file:" + home + "/out?fileName=orders.tar.zst.age", "job:end");
        assertThat(run()).isNull();
        Files.writeString(home.resolve("nightly.key"), node.keyTexts.identities.get("nightly"));

        Program.run(
                Files.createDirectory(home.resolve("target")),
                "bash",
                "-c",
                "set -o pipefail; age -d -i ../nightly.key ../out/orders.tar.zst.age | zstd -dc | tar -xpf -");

        try (var files = Files.walk(home.resolve("target"))) {
            assertThat(files.filter(file -> file.endsWith("table")))
                    .singleElement()
                    .satisfies(file -> assertThat(Files.readString(file)).isEqualTo("row 1\nrow 2\n"));
        }
    }
}
