package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.backup.ImageBody;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.database.DatabaseComponent;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.library.Element;
import io.saddlebag.library.Inventory;
import io.saddlebag.media.Volume;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.volume.Identification;
import io.saddlebag.volume.StoredSection;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each endpoint by itself. */
class ComponentsTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String uri) {
        return template.send(uri, exchange -> {});
    }

    private Object body(String uri) {
        Exchange done = send(uri);
        assertThat(done.getException()).isNull();
        return done.getMessage().getBody();
    }

    private void backUpOrders() throws Exception {
        route(
                "direct:back-up",
                "job:begin?task=backup orders",
                "database:orders?operation=stop",
                "snapshot:create",
                "database:orders?operation=start",
                "backup:orders",
                "tape:vault?family=nightly",
                "job:end");
        assertThat(send("direct:back-up").getException()).isNull();
    }

    private void route(String from, String... steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(steps);
            }
        });
    }

    @Test
    @Tag("E3")
    void databases_can_be_asked_outside_of_a_job() {
        assertThat(send("database:orders?operation=status").getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.DATABASE_STATE, "open");
        assertThat(body("database:orders?operation=verify")).isEqualTo("orders is open");
        assertThat(body("database:orders?operation=components"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(DatabaseComponent.class))
                .extracting(DatabaseComponent::name)
                .containsExactly("data");
    }

    @ParameterizedTest
    @Tag("E3")
    @Tag("E10")
    @CsvSource({
        "database:orders?operation=stop",
        "database:orders?operation=start",
        "snapshot:create",
        "snapshot:release",
        "backup:orders",
        "job:end"
    })
    void phases_outside_of_a_job_are_refused_and_touch_nothing(String uri) {
        assertThat(send(uri).getException())
                .hasMessageContaining("SBG-E003 this exchange belongs to no job")
                .hasMessageContaining("'job:begin?task=...'");
        assertThat(node.events).isEmpty();
    }

    @Test
    @Tag("E3")
    void headers_from_outside_change_neither_what_is_done_nor_where() throws Exception {
        Exchange done = template.send(
                "database:orders?operation=status",
                exchange -> exchange.getMessage()
                        .setHeaders(new java.util.HashMap<>(Map.of(
                                "operation",
                                "stop",
                                "CamelSaddlebagOperation",
                                "stop",
                                SaddlebagHeaders.DATABASE_STATE,
                                "stopped"))));

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getHeaders()).containsEntry(SaddlebagHeaders.DATABASE_STATE, "open");
        assertThat(node.events).isEmpty();
    }

    @Test
    @Tag("E3")
    @Tag("E10")
    void a_job_within_a_job_is_refused() throws Exception {
        route("direct:twice", "job:begin?task=a", "job:begin?task=b");

        assertThat(send("direct:twice").getException()).hasMessageContaining("SBG-E004 this exchange belongs to job 1");
        assertThat(node.onlyJob().state()).isEqualTo(JobState.FAILED);
    }

    @Test
    @Tag("D1")
    @Tag("M28")
    void a_route_backs_up_the_files_of_a_dataset_on_two_drives() throws Exception {
        Path files = java.nio.file.Files.createDirectories(home.resolve("files/temp"));
        java.nio.file.Files.writeString(files.resolveSibling("letter"), "dear");
        node.datasetTexts.put("home", "include path " + files.getParent() + " {\n exclude path " + files + "\n}\n");
        route(
                "direct:files",
                "job:begin?task=backup home",
                "snapshot:create?dataset=home&provider=none",
                "backup:home",
                "tape:vault?drives=2",
                "job:end");

        assertThat(send("direct:files").getException()).isNull();

        var backup = node.catalog()
                .backups(io.saddlebag.catalog.Catalog.Filter.COMPLETE)
                .get(0);
        assertThat(backup.lanes()).isEqualTo(2);
        List<String> names = new java.util.ArrayList<>();
        node.catalog().objects(backup.id(), "", object -> names.add(object.path()));
        assertThat(names)
                .containsExactlyInAnyOrder(
                        files.getParent().toString(),
                        files.resolveSibling("letter").toString());
    }

    @Test
    @Tag("M29")
    void a_route_says_who_may_read_what_it_puts_into_a_pool() throws Exception {
        route(
                "direct:pooled",
                "job:begin?task=backup orders",
                "database:orders?operation=stop",
                "snapshot:create?database=orders",
                "database:orders?operation=start",
                "backup:orders",
                "pool:disk?protection=RAW((O:RW,G:R,W))",
                "job:end");

        assertThat(send("direct:pooled").getException()).isNull();

        var backup = node.catalog()
                .backups(io.saddlebag.catalog.Catalog.Filter.COMPLETE)
                .get(0);
        assertThat(backup.about().facts()).containsEntry("protection", "S:RWED,O:RW,G:R,W");
        Path file = home.resolve("pool").resolve(backup.files().get(0).path());
        assertThat((Integer) java.nio.file.Files.getAttribute(file, "unix:mode") & 0777)
                .isEqualTo(0640);
    }

    @ParameterizedTest
    @Tag("M29")
    @CsvSource(
            delimiter = '|',
            value = {
                "pool:disk?owner=[sales | option 'owner' is '[sales'; '[sales' is not an owner",
                "pool:disk?protection=A:R | option 'protection' is 'A:R'; 'A:R' is not a protection",
                "pool:disk?operation=prune&owner=jane | options owner and protection belong to operation=write",
                "pool:disk?owner=no-such-user | SBG-Y009 files can't be given to no-such-user",
            })
    void what_can_be_no_owner_or_protection_is_refused_before_anything_runs(String uri, String why) {
        assertThatThrownBy(() -> route("direct:refused", uri)).hasStackTraceContaining(why);
    }

    @ParameterizedTest
    @Tag("M28")
    @CsvSource(
            delimiter = '|',
            value = {
                "tape:vault?drives=vault-drive1,Vault-Drive1 | drive 'Vault-Drive1' is named twice",
                "tape:vault?drives=0 | option 'drives' is '0'; valid are 1 to 16, or the names of so many drives",
                "tape:vault?drives=vault-drive1,left | SBG-M033 library vault has no drive 'left'; there are vault-drive1 (dte1)",
            })
    void drives_that_cannot_be_are_refused_before_anything_runs(String uri, String why) {
        assertThatThrownBy(() -> route("direct:refused", uri)).hasStackTraceContaining(why);
    }

    @Test
    @Tag("M28")
    void a_route_names_the_drives_that_write() throws Exception {
        route(
                "direct:named",
                "job:begin?task=backup orders",
                "database:orders?operation=stop",
                "snapshot:create?database=orders",
                "database:orders?operation=start",
                "backup:orders",
                "tape:vault?drives=vault-drive2,vault-drive1",
                "job:end");

        assertThat(send("direct:named").getException()).isNull();

        var backup = node.catalog()
                .backups(io.saddlebag.catalog.Catalog.Filter.COMPLETE)
                .get(0);
        assertThat(backup.lanes()).isEqualTo(2);
        assertThat(backup.about().facts()).containsEntry("drives", "vault-drive2,vault-drive1");
    }

    @Test
    @Tag("E10")
    void tape_takes_nothing_but_images() throws Exception {
        route("direct:text", "job:begin?task=a", "tape:vault");

        assertThat(template.send(
                                "direct:text", exchange -> exchange.getMessage().setBody("text"))
                        .getException())
                .hasMessageContaining("SBG-E005 tape://vault takes an image, but the body is of type java.lang.String");
    }

    @Test
    @Tag("D7")
    @Tag("E3")
    void an_image_goes_to_any_other_endpoint_as_a_stream() throws Exception {
        Path place = home.resolve("images");
        route(
                "direct:to-file",
                "job:begin?task=a",
                "database:orders?operation=stop",
                "snapshot:create",
                "database:orders?operation=start",
                "backup:orders?compression=none",
                "file:" + place + "?fileName=orders.tar",
                "job:end");

        Exchange done = send("direct:to-file");

        assertThat(done.getException()).isNull();
        assertThat(Files.readString(place.resolve("orders.tar"))).contains("row 1\nrow 2\n");
        assertThat(node.backupsComplete()).isEmpty();
    }

    @Test
    @Tag("D7")
    void an_image_body_is_read_when_it_is_written_and_can_be_read_again() throws Exception {
        byte[][] read = new byte[2][];
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:read")
                        .to(
                                "job:begin?task=a",
                                "database:orders?operation=stop",
                                "snapshot:create",
                                "backup:orders?compression=none")
                        .process(exchange -> {
                            assertThat(exchange.getMessage().getBody()).isInstanceOf(ImageBody.class);
                            read[0] = exchange.getMessage()
                                    .getBody(InputStream.class)
                                    .readNBytes(600);
                        })
                        .process(exchange -> read[1] =
                                exchange.getMessage().getBody(InputStream.class).readNBytes(600));
            }
        });

        assertThat(send("direct:read").getException()).isNull();

        assertThat(read[1]).isEqualTo(read[0]).hasSize(600);
        assertThat(node.orders.state()).isEqualTo(DatabaseState.OPEN);
    }

    @Test
    @Tag("E3")
    void jobs_can_be_listed_shown_and_read() throws Exception {
        backUpOrders();

        assertThat(body("job:list"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Job.class))
                .hasSize(1);
        assertThat(((Job) body("job:show?job=1")).request().task()).isEqualTo("backup orders");
        assertThat((String) body("job:transcript?job=1")).contains("job 1 begins: backup orders");
        assertThat((String) body("job:transcript?job=1&limit=1")).doesNotContain("\n");
        assertThat(send("job:show?job=7").getException()).hasMessageContaining("there is no job 7");
    }

    @Test
    @Tag("E3")
    void the_catalog_can_be_asked_and_backups_verified() throws Exception {
        backUpOrders();

        assertThat(body("catalog:list?name=orders"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Backup.class))
                .hasSize(1);
        assertThat(send("catalog:show?backup=1").getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.VOLUMES, "nightly-000001");
        assertThat(body("catalog:objects?backup=1"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(ObjectEntry.class))
                .extracting(ObjectEntry::path)
                .contains(node.home.resolve("orders/table").toString());
        assertThat((List<?>) body("catalog:objects?backup=1&limit=1")).hasSize(1);
        assertThat(send("catalog:verify?backup=1").getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.JOB_STATE, "completed");
        assertThat(send("catalog:show?backup=9").getException()).hasMessageContaining("the catalog has no backup 9");
    }

    @Test
    @Tag("M7")
    @Tag("M5")
    void a_framed_backup_is_restored_right_though_a_block_of_it_can_not_be_read() throws Exception {
        route(
                "direct:framed",
                "job:begin?task=backup orders",
                "database:orders?operation=stop",
                "snapshot:create",
                "database:orders?operation=start",
                "backup:orders?compression=none",
                "tape:vault?family=nightly&format=new_tape&blockSize=2048&groupSize=3&activeIo=1",
                "job:end");
        assertThat(send("direct:framed").getException()).isNull();
        StoredSection section =
                ((Backup) body("catalog:show?backup=1")).sections().get(0);
        assertThat(section.blockSize().bytes()).isEqualTo(2048);
        String barcode =
                node.volumes().find(section.volume()).orElseThrow().barcode().value();
        node.vault.cartridge(barcode).damage(section.data().plus(1));
        Path place = home.resolve("restored");

        Exchange restored = send("restore:orders?to=" + place);

        assertThat(restored.getException()).isNull();
        assertThat(place.resolve(home.resolve("orders/table").toString().substring(1)))
                .hasContent("row 1\nrow 2\n");
        assertThat((String) body("job:transcript?job=2"))
                .contains("reading goes on behind it")
                .contains("volume " + section.volume() + ": block 1 was rebuilt from its group 1, ");
    }

    @Test
    @Tag("W12")
    @Tag("W15")
    @Tag("E3")
    void a_backup_is_restored_by_its_name_or_only_planned() throws Exception {
        backUpOrders();
        Path place = home.resolve("restored");

        assertThat(body("restore:orders?to=" + place + "&dryRun=true")).isInstanceOf(RestorePlan.class);
        assertThat(place).doesNotExist();

        assertThat(send("restore:orders?to=" + place).getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.JOB_FILE, "2")
                .containsEntry(SaddlebagHeaders.JOB_STATE, "completed");
        assertThat(place.resolve(home.resolve("orders/table").toString().substring(1)))
                .hasContent("row 1\nrow 2\n");
    }

    @Test
    @Tag("E3")
    @Tag("M13")
    void cartridges_are_moved_labelled_and_given_back() {
        assertThat(((Inventory) body("library:vault?operation=inventory"))
                        .at(Element.slot(1))
                        .orElseThrow()
                        .full())
                .isTrue();

        body("library:vault?operation=move&from=se1&to=se4");
        assertThat(node.vault.placeOf("SBG001")).isEqualTo(Element.slot(4));
        for (String unclear : List.of("load&from=se4&to=dte", "move&from=se&to=iee", "label&cartridge=SBG002,se")) {
            assertThat(send("library:vault?operation=" + unclear).getException())
                    .as(unclear)
                    .hasMessageContaining("SBG-L003")
                    .hasMessageContaining(" may be any of the ");
        }
        body("library:vault?operation=load&from=se4&to=dte1");
        body("library:vault?operation=unload&from=dte1&to=se1");

        Volume volume = (Volume) body("library:vault?operation=label&cartridge=SBG001&family=nightly");
        assertThat(volume.id().value()).isEqualTo("nightly-000001");
        assertThat(((Identification) body("library:vault?operation=identify&cartridge=SBG001")).problem())
                .isEmpty();
        assertThat(((Volume) body("library:vault?operation=reuse&volume=nightly-000001&evenIfInUse=true")).state())
                .isEqualTo(Volume.State.REUSABLE);
        assertThat((List<?>) body("library:vault?operation=lsvol")).hasSize(1);
        assertThat(send("library:vault?operation=label&cartridge=SBG002&family=weekly")
                        .getException())
                .hasMessageContaining("there is no media family 'weekly'; there are [nightly]");
    }

    @Test
    @Tag("E3")
    @Tag("C1")
    void a_catalog_is_rebuilt_from_cartridges() throws Exception {
        backUpOrders();
        MemoryNode other = MemoryNode.withCartridgesOf(node, home.resolve("other"));
        try (DefaultCamelContext empty = Routes.on(other)) {
            empty.start();

            Exchange done = empty.createProducerTemplate().send("catalog:import?library=vault", exchange -> {});

            assertThat(done.getException()).isNull();
            assertThat(other.backupsComplete()).containsExactly("orders");
        } finally {
            other.close();
        }
    }

    @ParameterizedTest
    @Tag("E3")
    @Tag("E10")
    @CsvSource(
            delimiter = '|',
            value = {
                "catalog:import | needs option 'library'",
                "job:begin | needs option 'task'",
                "job:bgin?task=a | JobAction",
                "job:list?limit=0 | limit is a number from 1, not 0",
                "job:begin?task=a&overlp=skip | overlp=skip",
                "database:orders | needs option 'operation'",
                "database:orders?operation=start&timeout=5m | option timeout belongs to operations stop, verify and begin-backup",
                "database:orders?operation=status&lease=5m | option lease belongs to operations stop and begin-backup",
                "snapshot:create?paths=srv | 'srv' is not an absolute path",
                "snapshot:create?paths=/srv&database=orders | one of paths, database, dataset and crashConsistent",
                "backup:orders?compression=gzip | 'gzip' is not a compression; valid are none, zstd, zstd=1 .. zstd=19",
                "tape:vault?groupSize=3 | tape://vault?groupSize=3: option 'groupSize' is '3' without option 'format'",
                "tape:vault?format=new_tape&groupSize=101 | option 'groupSize' is '101'; valid are 0 to 100",
                "tape:vault?format=new_tape&blockSize=2k&crc=md5 | 'md5' is not a block check",
                "tape:vault?format=new_tape&activeIo=6 | option 'activeIo' is '6'; valid are 1 to 5",
                "tape:vault?format=new_tape&label=TAPE001 | 'TAPE001' is not a label; valid are 1 to 6",
                "tape:vault?format=new_tape&protection=S:X | 'S:X' is not a protection",
                "library:vault?operation=move&from=se1 | needs option 'to'",
                "library:vault?operation=move&from=slot1&to=se2 | 'slot1' is not an element; valid are se1, iee1, dte1",
                "restore:request?to=/tmp | with a request in the body only the options user and dryRun are allowed",
                "restore:orders?asOf=yesterday | yesterday",
                "restore:orders?objects=srv | object 'srv' is neither an absolute path",
                "restore:orders?backup=twelve | 'twelve' is not a backup id",
            })
    void a_wrong_option_is_told_before_anything_runs(String uri, String why) {
        assertThatThrownBy(() -> context.getEndpoint(uri))
                .isInstanceOf(ResolveEndpointFailedException.class)
                .hasStackTraceContaining(why);
    }

    @Test
    @Tag("E3")
    @Tag("E10")
    void an_unknown_name_is_told_when_its_route_is_started() {
        assertThatThrownBy(() -> route("direct:x", "database:oders?operation=status"))
                .hasStackTraceContaining("SBG-E007 database://oders?operation=status: there is no database 'oders';"
                        + " there are ledger, orcl, orders, shop, stock");
        assertThatThrownBy(() -> route("direct:y", "tape:vaul"))
                .hasStackTraceContaining("there is no library 'vaul'; there are vault");
    }

    @Test
    @Tag("E3")
    void no_endpoint_can_start_a_route() {
        assertThatThrownBy(() -> route("job:list", "log:x"))
                .isInstanceOfAny(FailedToCreateRouteException.class, Exception.class)
                .hasStackTraceContaining("job://list can't be the start of a route");
    }

    @Test
    @Tag("W4")
    @Tag("E3")
    void durations_are_given_in_all_of_camels_forms() {
        for (String form : List.of("300000", "5m", "PT5M", "4m60s")) {
            assertThat(context.getEndpoint("database:orders?operation=stop&timeout=" + form)
                            .getClass())
                    .isEqualTo(io.saddlebag.camel.database.DatabaseEndpoint.class);
            assertThat(((io.saddlebag.camel.database.DatabaseEndpoint)
                                    context.getEndpoint("database:orders?operation=stop&timeout=" + form))
                            .getTimeout())
                    .isEqualTo(300_000);
        }
    }
}
