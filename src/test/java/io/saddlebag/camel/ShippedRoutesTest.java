package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.host.local.Eventually;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.testing.Volumes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.JobKey;

/** The files of {@code routes/} as they are. */
class ShippedRoutesTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;
    private Path requests;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home.resolve("node"), "SBG001", "SBG002", "SBG003");
        requests = Files.createDirectories(home.resolve("requests"));
        context = Routes.on(node);
        Properties properties = new Properties();
        properties.setProperty("saddlebag.requests", requests.toString());
        context.getPropertiesComponent().setInitialProperties(properties);
        Routes.loadShipped(context, "errors.yaml");
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String endpoint) {
        return context.createProducerTemplate().send(endpoint, exchange -> {});
    }

    private void backUp() throws Exception {
        Routes.loadShipped(context, "backup-ledger.yaml");
        context.start();
        assertThat(send("direct:backup-ledger").getException()).isNull();
        node.events.clear();
    }

    @Test
    @Tag("W17")
    void every_file_can_be_loaded_together() throws Exception {
        node.add("sessions", Files.createDirectories(home.resolve("sessions")));
        node.groups.put(
                "shopfront", new ConsistencyGroup("shopfront", List.of("orders"), Map.of("documents", List.of(home))));
        for (String file : List.of(
                "templates/offline-backup.yaml",
                "templates/offline-backup-without-snapshot.yaml",
                "templates/online-backup.yaml",
                "backup-orders-online.yaml",
                "templates/oracle-windows-vss.yaml",
                "backup-orcl-online.yaml",
                "backup-orcl.yaml",
                "templates/online-backup-to-pool.yaml",
                "backup-sessions.yaml",
                "backup-shop-online.yaml",
                "backup-stock-online.yaml",
                "backup-shop.yaml",
                "templates/disk-image.yaml",
                "templates/dataset-backup.yaml",
                "backup-file-server.yaml",
                "templates/boot-test.yaml",
                "templates/rehearsal.yaml",
                "templates/group-backup.yaml",
                "backup-shopfront.yaml",
                "backup-orders.yaml",
                "backup-ledger.yaml",
                "backup-ledger-to-disk.yaml",
                "image-archive.yaml",
                "image-volume-weekly.yaml",
                "image-volume-nightly.yaml",
                "restore-on-request.yaml")) {
            Routes.loadShipped(context, file);
        }
        context.start();

        assertThat(context.getRoutes())
                .extracting(org.apache.camel.Route::getRouteId)
                .containsExactlyInAnyOrder(
                        "backup-orders",
                        "backup-orders-online",
                        "backup-orcl-online",
                        "backup-orcl",
                        "backup-sessions",
                        "backup-shop-online",
                        "backup-stock-online",
                        "backup-shop",
                        "backup-ledger",
                        "backup-ledger-to-disk",
                        "backup-shopfront",
                        "backup-shopfront-online",
                        "restore-shopfront",
                        "image-archive",
                        "image-volume-weekly",
                        "image-volume-nightly",
                        "restore-on-request",
                        "backup-home-weekly",
                        "backup-home-daily",
                        "backup-home-offsite");
        assertThat(node.jobs().jobs()).isEmpty();
    }

    @Test
    @Tag("D2")
    void the_file_server_is_backed_up_at_its_levels_when_its_triggers_fire() throws Exception {
        Path data = Files.createDirectories(home.resolve("files"));
        Files.writeString(data.resolve("letter"), "dear");
        node.datasetTexts.put("home", "include path " + data + "\n");
        node.volumes()
                .defineFamilies(Stream.of("weekly", "nightly", "offsite")
                        .map(family -> new MediaFamily(family, null, null, MediaFamily.Expiration.TIME))
                        .toList());
        Routes.loadShipped(context, "templates/dataset-backup.yaml");
        Routes.loadShipped(context, "backup-file-server.yaml");
        context.start();

        for (String trigger : List.of("home-weekly", "home-daily", "home-offsite")) {
            int before = complete();
            context.getComponent("quartz", QuartzComponent.class)
                    .getScheduler()
                    .triggerJob(JobKey.jobKey(trigger, "files"));
            Eventually.holds(() -> complete() == before + 1);
        }

        assertThat(node.catalog().backups(Catalog.Filter.COMPLETE))
                .extracting(backup -> backup.about().facts().get("level"))
                .containsExactly("0", "1", "offsite");
    }

    private int complete() {
        try {
            return node.backupsComplete().size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @Tag("X10")
    void a_dataset_is_encrypted_by_the_templates_parameter() throws Exception {
        Path data = Files.createDirectories(home.resolve("files"));
        Files.writeString(data.resolve("letter"), "dear");
        node.datasetTexts.put("home", "include path " + data + "\n");
        node.keys().generate("vaulted", java.time.Instant.EPOCH);
        Routes.loadShipped(context, "templates/dataset-backup.yaml");
        TemplatedRouteBuilder.builder(context, "dataset-backup")
                .parameter("dataset", "home")
                .parameter("level", "0")
                .parameter("trigger", "direct:home")
                .parameter("library", "vault")
                .parameter("family", "nightly")
                .parameter("encrypt", "vaulted")
                .add();
        context.start();

        assertThat(send("direct:home").getException()).isNull();

        assertThat(node.catalog().backups(Catalog.Filter.COMPLETE))
                .singleElement()
                .satisfies(backup -> assertThat(backup.about().layers()).anyMatch(layer -> layer.startsWith("age+")));
    }

    @Test
    @Tag("W1")
    @Tag("W4")
    void the_workflow_composed_by_hand_makes_a_backup() throws Exception {
        Routes.loadShipped(context, "backup-ledger.yaml");
        context.start();

        Exchange done = send("direct:backup-ledger");

        assertThat(done.getException()).isNull();
        assertThat(node.events).containsExactly("stop ledger", "snapshot", "start ledger", "release");
        assertThat(node.backupsComplete()).containsExactly("ledger");
    }

    @Test
    @Tag("W23")
    void a_group_goes_to_tape_or_to_a_pool_and_comes_back_together() throws Exception {
        Path documents = Files.createDirectories(home.resolve("documents"));
        Files.writeString(documents.resolve("letter"), "first");
        node.add("sessions", Files.createDirectories(home.resolve("sessions")));
        Files.writeString(home.resolve("sessions/table"), "row 1\n");
        node.groups.put(
                "shopfront",
                new ConsistencyGroup(
                        "shopfront", List.of("orders", "sessions"), Map.of("documents", List.of(documents))));
        for (Path beside : List.of(node.home.resolve("orders-journal"), home.resolve("sessions-journal"))) {
            Files.writeString(Files.createDirectories(beside).resolve("log"), "begin; commit\n");
        }
        Routes.loadShipped(context, "backup-shopfront.yaml");
        Routes.loadShipped(context, "templates/group-backup.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: group-backup
                    routeId: backup-shopfront-to-disk
                    parameters:
                      - { name: group, value: shopfront }
                      - { name: trigger, value: "direct:to-disk" }
                      - { name: pool, value: disk }
                      - { name: family, value: nightly }
                """);
        context.start();
        assertThat(send("direct:to-disk").getException()).isNull();
        assertThat(send("direct:backup-shopfront").getException()).isNull();
        Files.writeString(documents.resolve("letter"), "later");

        assertThat(send("direct:restore-shopfront").getException()).isNull();

        assertThat(documents.resolve("letter")).hasContent("first");

        node.events.clear();
        assertThat(send("direct:backup-shopfront-online").getException()).isNull();
        assertThat(node.events)
                .containsSubsequence(
                        "begin", "begin", "freeze with others", "freeze with others", "snapshot", "thaw", "thaw")
                .doesNotContain("stop orders");
        assertThat(node.backupsComplete())
                .containsExactly(
                        "orders",
                        "sessions",
                        "documents",
                        "orders",
                        "sessions",
                        "documents",
                        "orders",
                        "sessions",
                        "documents");
    }

    @Test
    @Tag("R14")
    void the_template_rehearses_the_newest_backup_and_says_how_much_is_proven() throws Exception {
        backUp();
        Routes.loadShipped(context, "templates/rehearsal.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: rehearsal
                    routeId: rehearse-ledger
                    parameters:
                      - { name: database, value: ledger }
                      - { name: trigger, value: "direct:rehearse-ledger" }
                """);

        Exchange done = send("direct:rehearse-ledger");

        assertThat(done.getException()).isNull();
        // the twin of this node has no way to be started elsewhere
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.PROOF)).isEqualTo("restored");
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.BACKUP_ID, Long.class))
                .isEqualTo(1);
        assertThat(node.events).isEmpty();
        assertThat(node.rehearsals().log().list("ledger", 5)).hasSize(1);
    }

    @Test
    @Tag("M24")
    void the_same_workflow_into_a_pool_makes_a_backup_that_is_whole() throws Exception {
        Routes.loadShipped(context, "backup-ledger-to-disk.yaml");
        context.start();

        Exchange done = send("direct:backup-ledger-to-disk");

        assertThat(done.getException()).isNull();
        assertThat(node.events).containsExactly("stop ledger", "snapshot", "start ledger", "release");
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.VOLUMES, String.class))
                .startsWith("pool:disk/_none/")
                .endsWith(".1.tar.zst");
        assertThat(node.restores()
                        .verify(new BackupId(done.getMessage().getHeader(SaddlebagHeaders.BACKUP_ID, Long.class)), null)
                        .state())
                .isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("W6")
    @Tag("W9")
    void the_online_workflow_composed_by_hand_leaves_the_database_running() throws Exception {
        Path journal = Files.createDirectories(node.home.resolve("orders-journal"));
        Files.writeString(journal.resolve("log"), "begin; commit");
        Routes.loadShipped(context, "backup-orders-online.yaml");
        context.start();

        Exchange done = send("direct:backup-orders-online");

        assertThat(done.getException()).isNull();
        assertThat(node.events)
                .containsExactly(
                        "prepare", "begin", "freeze", "snapshot", "thaw", "end", "snapshot", "release", "release");
        assertThat(done.getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.OUTCOME, "database-full")
                .containsKey(SaddlebagHeaders.FREEZE);
        assertThat(node.backupsComplete()).containsExactly("orders");
    }

    @Test
    @Tag("W9")
    void a_database_that_knows_nothing_of_its_backup_needs_a_view_of_one_instant() throws Exception {
        Routes.load(context, """
                - route:
                    id: crash
                    from:
                      uri: direct:crash
                      steps:
                        - to: job:begin?task=crash
                        - to: snapshot:create?crashConsistent=orders
                        - to: job:end
                """);
        context.start();

        assertThat(send("direct:crash").getException()).hasMessageContaining("gives PER_FILE consistency");
        assertThat(node.events).isEmpty();
    }

    @Test
    @Tag("W1")
    void without_a_snapshot_the_database_is_started_when_its_image_is_written() throws Exception {
        Routes.loadShipped(context, "templates/offline-backup-without-snapshot.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: offline-backup-without-snapshot
                    routeId: backup-orders
                    parameters:
                      - { name: database, value: orders }
                      - { name: trigger, value: "direct:go" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                """);
        context.start();
        node.whenWriting = image -> assertThat(node.orders.state()).isEqualTo(DatabaseState.STOPPED);

        assertThat(send("direct:go").getException()).isNull();

        assertThat(node.events).containsExactly("stop orders", "snapshot", "start orders", "release");
        assertThat(node.orders.state()).isEqualTo(DatabaseState.OPEN);
        assertThat(node.backupsComplete()).containsExactly("orders");
    }

    @Test
    @Tag("D2")
    void a_dataset_is_backed_up_at_levels() throws Exception {
        Path files = Files.createDirectories(home.resolve("files"));
        Files.writeString(files.resolve("a"), "one");
        node.datasetTexts.put("home", "include path " + files + "\n");
        Routes.loadShipped(context, "templates/dataset-backup.yaml");
        for (String level : List.of("0", "1", "offsite")) {
            Routes.load(context, """
                    - templatedRoute:
                        routeTemplateRef: dataset-backup
                        routeId: backup-LEVEL
                        parameters:
                          - { name: dataset, value: home }
                          - { name: level, value: "LEVEL" }
                          - { name: trigger, value: "direct:LEVEL" }
                          - { name: library, value: vault }
                          - { name: family, value: nightly }
                    """.replace("LEVEL", level));
        }
        context.start();
        for (String level : List.of("0", "1", "offsite", "1")) {
            assertThat(send("direct:" + level).getException()).isNull();
            Files.writeString(files.resolve("b" + level), "more");
        }

        var backups = node.catalog().backups(io.saddlebag.catalog.Catalog.Filter.COMPLETE);
        assertThat(backups)
                .extracting(backup -> String.valueOf(backup.about().facts().get("level")))
                .containsExactly("0", "1", "offsite", "1");
        String full = backups.get(0).about().imageId();
        assertThat(backups)
                .extracting(backup -> String.valueOf(backup.about().facts().get("parent")))
                .containsExactly("null", full, "null", full);
    }

    @Test
    @Tag("W12")
    @Tag("W15")
    @Tag("W17")
    void a_dropped_request_is_carried_out_and_filed_with_its_job() throws Exception {
        backUp();
        Routes.loadShipped(context, "restore-on-request.yaml");
        Path place = home.resolve("restored");

        drop("restore-1.yaml", "restore: ledger\nto: " + place + "\n");

        Eventually.holds(() -> names("done").size() == 1);
        assertThat(names("done")).containsExactly("2-restore-1.yaml");
        assertThat(names("error")).isEmpty();
        Path table = node.home.resolve("orders/table");
        assertThat(place.resolve(table.toString().substring(1))).hasContent("row 1\nrow 2\n");
        assertThat(node.jobs().jobs()).extracting(Job::state).containsExactly(JobState.COMPLETED, JobState.COMPLETED);
    }

    @Test
    @Tag("W17")
    @Tag("E10")
    void a_bad_request_is_moved_aside_with_a_note_that_says_why() throws Exception {
        backUp();
        Routes.loadShipped(context, "restore-on-request.yaml");

        drop("restore-2.yaml", "restore: ledger\n\nwhere: /tmp\n");

        Eventually.holds(() -> names("error").size() == 2);
        assertThat(names("error")).containsExactly("restore-2.yaml", "restore-2.yaml.error");
        assertThat(requests.resolve("error/restore-2.yaml.error")).hasContent("""
                        SBG-V007 restore-2.yaml:3: unknown key 'where'; valid are asOf, backup, database, devices, existing, failover, force, map, media, newname, objects, prompt, restore, switch, to, until
                        DATA: nothing was touched
                        HINT: Mend the request and drop it again; docs/requests.md has examples.""");
        assertThat(names("done")).isEmpty();
        assertThat(node.jobs().jobs()).hasSize(1);
        assertThat(node.events).isEmpty();
    }

    @Test
    @Tag("W17")
    void a_request_for_what_there_is_not_is_moved_aside_too() throws Exception {
        backUp();
        Routes.loadShipped(context, "restore-on-request.yaml");

        drop("restore-3.yaml", "restore: nothing-of-the-kind\n");

        Eventually.holds(() -> names("error").size() == 2);
        assertThat(requests.resolve("error/restore-3.yaml.error"))
                .content()
                .contains("SBG-C003", "nothing-of-the-kind", "1 (ledger");
    }

    @Test
    @Tag("R2")
    void parts_of_a_database_get_new_places_only_by_switch_and_where_its_engine_can() throws Exception {
        backUp();
        String moved = node.home.resolve("orders") + "=" + home.resolve("elsewhere");

        assertThat(catchThrowable(() -> send("restore:ledger?database=ledger&map=" + moved)))
                .hasStackTraceContaining("say that it is to use its parts in their new places (switch)");
        assertThat(send("restore:ledger?database=ledger&switchParts=true&map=" + moved)
                        .getException())
                .hasMessageContaining("SBG-D015");

        Routes.loadShipped(context, "restore-on-request.yaml");
        drop("restore-4.yaml", "restore: ledger\ndatabase: ledger\nswitch: true\nmap: " + moved + "\n");

        Eventually.holds(() -> names("error").size() == 2);
        assertThat(requests.resolve("error/restore-4.yaml.error")).content().contains("SBG-D015");
        assertThat(node.events).isEmpty();
    }

    @Test
    @Tag("W17")
    void a_half_written_request_is_left_until_its_writer_is_done() throws Exception {
        backUp();
        Routes.loadShipped(context, "restore-on-request.yaml");
        Path request = requests.resolve("restore-4.yaml");
        try (FileChannel slow = FileChannel.open(request, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // one byte after the other, with pauses shorter than the age at which a file counts as finished
            for (byte b :
                    ("restore: ledger\nto: " + home.resolve("restored") + "\n").getBytes(StandardCharsets.UTF_8)) {
                slow.write(java.nio.ByteBuffer.wrap(new byte[] {b}));
                long until = System.nanoTime() + 30_000_000;
                Eventually.holds(() -> System.nanoTime() - until > 0);
                assertThat(request).exists();
            }
        }

        Eventually.holds(() -> names("done").size() == 1);
        assertThat(names("error")).isEmpty();
        assertThat(node.jobs().jobs()).hasSize(2);
    }

    @Test
    @Tag("W16")
    void a_request_for_several_backups_becomes_jobs_that_depend_on_each_other() throws Exception {
        backUp();
        assertThat(send("direct:backup-ledger").getException()).isNull();
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:restore").to("restore:request?user=ops");
            }
        });

        Exchange done = context.createProducerTemplate()
                .send(
                        "direct:restore",
                        exchange -> exchange.getMessage()
                                .setBody("backup: [1, 2]\nto: " + home.resolve("restored") + "\n"));

        assertThat(done.getException()).isNull();
        List<Job> jobs = node.jobs().jobs();
        Job second = jobs.get(3);
        assertThat(second.request().dependsOn()).containsExactly(jobs.get(2).name());
        assertThat(second.name().value()).startsWith("ops/");
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.JOB_FILE, String.class))
                .isEqualTo((jobs.get(2).name() + "_" + second.name()).replace('/', '-'));
    }

    @Test
    @Tag("D9")
    @Tag("W15")
    void disks_are_imaged_by_the_shipped_routes_and_restored_by_an_endpoint() throws Exception {
        Path disk = Volumes.make(home, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Properties properties = new Properties();
        properties.setProperty("saddlebag.archive-disk", disk.toString());
        context.getPropertiesComponent().setInitialProperties(properties);
        Routes.loadShipped(context, "image-archive.yaml");
        Routes.loadShipped(context, "templates/disk-image.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: disk-image
                    routeId: image-data
                    parameters:
                      - { name: name, value: data }
                      - { name: disks, value: "DISK" }
                      - { name: trigger, value: "direct:image-data" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                """.replace("DISK", disk.toString()));
        context.start();
        assertThat(send("direct:image-archive").getException()).isNull();
        Files.write(disk, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);

        Exchange done = send("direct:image-archive");
        assertThat(send("direct:image-data").getException()).isNull();

        assertThat(done.getException()).isNull();
        assertThat(node.events).containsExactly("snapshot", "release", "snapshot", "release", "snapshot", "release");
        assertThat(node.backupsComplete()).containsExactly("archive", "archive", "data");
        Path target = home.resolve("target");
        Exchange restored = send("restore:archive?backup=2&disk=" + target);
        assertThat(restored.getException()).isNull();
        assertThat(restored.getMessage().getHeader(SaddlebagHeaders.JOB_STATE)).isEqualTo("completed");
        assertThat(target).hasSameBinaryContentAs(disk);
        assertThat(send("restore:data?disk=" + target).getException()).hasMessageContaining("holds something already");
        assertThat(send("restore:data?disk=" + target + "&overwrite=true").getException())
                .isNull();
    }

    @Test
    @Tag("D9")
    @Tag("W15")
    void a_volume_is_imaged_whole_once_a_week_and_what_changes_every_night() throws Exception {
        Path disk = Volumes.make(home, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Properties properties = new Properties();
        properties.setProperty("saddlebag.volume", disk.toString());
        properties.setProperty("saddlebag.volume-provider", "none");
        properties.setProperty("saddlebag.volume-weekly", "direct:weekly");
        properties.setProperty("saddlebag.volume-nightly", "direct:nightly");
        context.getPropertiesComponent().setInitialProperties(properties);
        for (String file :
                List.of("templates/disk-image.yaml", "image-volume-weekly.yaml", "image-volume-nightly.yaml")) {
            Routes.loadShipped(context, file);
        }
        context.start();

        List<Path> nights = new java.util.ArrayList<>();
        for (String night : List.of("nightly", "weekly", "nightly", "nightly", "weekly")) {
            Files.write(disk, new byte[] {(byte) nights.size()}, StandardOpenOption.WRITE);
            assertThat(send("direct:" + night).getException()).isNull();
            nights.add(Files.copy(disk, home.resolve("night-" + nights.size())));
        }

        assertThat(node.backupsComplete()).containsOnly("volume").hasSize(5);
        int before = node.jobs().jobs().size();
        for (int i = 0; i < nights.size(); i++) {
            Path target = home.resolve("target-" + i);
            assertThat(send("restore:volume?backup=" + (i + 1) + "&disk=" + target)
                            .getException())
                    .isNull();
            assertThat(target).hasSameBinaryContentAs(nights.get(i));
        }
        // a job for each image of its chain: full, full, full with one, full with two, full
        assertThat(node.jobs().jobs()).hasSize(before + 1 + 1 + 2 + 3 + 1);
    }

    @Test
    @Tag("D9")
    void a_route_fails_when_the_newest_image_doesnt_boot() throws Exception {
        Path disk = Volumes.make(home, "disk", 8 << 20, "mke2fs", "-q", "-F", "-t", "ext4");
        Routes.loadShipped(context, "templates/boot-test.yaml");
        Routes.loadShipped(context, "templates/disk-image.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: disk-image
                    routeId: image-server
                    parameters:
                      - { name: name, value: server }
                      - { name: disks, value: "DISK" }
                      - { name: provider, value: none }
                      - { name: trigger, value: "direct:image-server" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                - templatedRoute:
                    routeTemplateRef: boot-test
                    routeId: boot-test-server
                    parameters:
                      - { name: name, value: server }
                      - { name: trigger, value: "direct:boot-test" }
                """.replace("DISK", disk.toString()));
        context.start();
        assertThat(send("direct:image-server").getException()).isNull();
        List<String> guest = new java.util.ArrayList<>(List.of("[  OK  ] Reached target Multi-User System."));
        node.processes = (command, line) -> {
            assertThat(command.timeout()).isEqualTo(java.time.Duration.ofMinutes(10));
            guest.forEach(line);
            return new io.saddlebag.host.Processes.Finished(0, java.time.Duration.ZERO);
        };

        Exchange good = send("direct:boot-test");
        guest.set(0, "grub rescue>");
        Exchange bad = send("direct:boot-test");

        assertThat(good.getException()).isNull();
        assertThat(good.getMessage().getHeader(SaddlebagHeaders.JOB_STATE)).isEqualTo("completed");
        assertThat(bad.getException()).hasMessageContaining("SBG-N401").hasMessageContaining("grub rescue>");
    }

    @Test
    @Tag("D9")
    @Tag("E10")
    void options_of_disk_images_that_cant_be_are_refused_when_the_route_is_made() {
        for (String[] bad : new String[][] {
            {"image:data?level=11", "'11' is no level; valid are full, incremental, 0 to 10"},
            {"image:data?blocks=some", "'some' are no blocks; valid are auto, used, all"},
            {"image:data?compression=zip", "zip"},
            {"image:data?operation=format", "format"},
            {"image:data?operation=boot-test&marker=RAW(()", "'(' is no regular expression"},
            {"image:data?operation=boot-test&memory=1M", "at least 16 MiB of memory, not 1.0 MiB"},
            {"image:data?operation=boot-test&timeout=7h", "at most 6 hours"},
            {"image:data?operation=boot-test&initrd=/i", "an initrd belongs to a kernel"},
            {"restore:data?overwrite=true", "source and overwrite belong to disk"},
            {"restore:request?disk=/dev/x", "with disk, one backup is named"},
            {"restore:data?backup=1,2&disk=/dev/x", "with disk, one backup is named"},
            {"restore:data?to=/x&disk=/dev/x", "with disk, one backup is named"},
        }) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> context.getEndpoint(bad[0])))
                    .as(bad[0])
                    .hasStackTraceContaining(bad[1]);
        }
    }

    private void drop(String name, String text) throws IOException {
        Files.writeString(requests.resolve(name), text);
    }

    private List<String> names(String folder) {
        Path place = requests.resolve(folder);
        if (Files.notExists(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
