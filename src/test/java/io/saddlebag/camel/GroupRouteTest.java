package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.group.ConsistencyGroup;
import io.saddlebag.group.RecoveryPoint;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.job.Obligation;
import io.saddlebag.library.Barcode;
import io.saddlebag.restore.RecoveryPoints;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Group {@code shopfront}: databases orders and sessions, which are stopped in this order, and a tree of documents. */
class GroupRouteTest {
    private static final String BACKUP = "group:shopfront?operation=backup&pool=disk";
    private static final String RESTORE = "group:shopfront?operation=restore";

    @TempDir
    Path home;

    private MemoryNode node;
    private FolderDatabase sessions;
    private DefaultCamelContext context;
    private Path ordersRow;
    private Path sessionsRow;
    private Path letter;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home.resolve("node"));
        Path folder = Files.createDirectories(home.resolve("sessions"));
        Path documents = Files.createDirectories(home.resolve("documents"));
        sessions = node.add("sessions", folder);
        node.groups.put(
                "shopfront",
                new ConsistencyGroup(
                        "shopfront", List.of("orders", "sessions"), Map.of("documents", List.of(documents))));
        ordersRow = home.resolve("node/orders/table");
        sessionsRow = folder.resolve("table");
        letter = documents.resolve("letter");
        all("first");
        context = Routes.on(node);
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private void all(String text) throws Exception {
        for (Path each : List.of(ordersRow, sessionsRow, letter)) {
            Files.writeString(each, text);
        }
    }

    private void requireAll(String text) {
        assertThat(ordersRow).hasContent(text);
        assertThat(sessionsRow).hasContent(text);
        assertThat(letter).hasContent(text);
    }

    private Exchange send(String endpoint) {
        return context.createProducerTemplate().send(endpoint, exchange -> {});
    }

    private List<RecoveryPoints.Found> points() throws Exception {
        return new RecoveryPoints(node.catalog()).of("shopfront");
    }

    @Test
    @Tag("W23")
    void members_are_stopped_in_order_released_in_reverse_and_have_one_point() throws Exception {
        Exchange done = send(BACKUP);

        assertThat(done.getException()).isNull();
        assertThat(node.events)
                .containsExactly(
                        "stop orders", "stop sessions", "snapshot", "start sessions", "start orders", "release");
        assertThat(node.backupsComplete()).containsExactly("orders", "sessions", "documents");
        String point = done.getMessage().getHeader(SaddlebagHeaders.RECOVERY_POINT, String.class);
        for (Backup backup : node.catalog().backups(Catalog.Filter.COMPLETE)) {
            assertThat(RecoveryPoint.of(backup.about().facts()))
                    .contains(new RecoveryPoint("shopfront", point, List.of("orders", "sessions", "documents")));
        }
    }

    @Test
    @Tag("W23")
    @Tag("W16")
    void a_restore_brings_all_members_back_to_one_point_in_dependent_jobs() throws Exception {
        Object first = send(BACKUP).getMessage().getHeader(SaddlebagHeaders.RECOVERY_POINT);
        all("second");
        send(BACKUP);
        all("third");
        int before = node.jobs().jobs().size();
        node.events.clear();

        assertThat(send(RESTORE).getException()).isNull();

        requireAll("second");
        assertThat(node.events).containsExactly("stop orders", "stop sessions", "start sessions", "start orders");
        List<Job> jobs = node.jobs().jobs().subList(before, before + 3);
        assertThat(jobs).extracting(Job::state).containsOnly(JobState.COMPLETED);
        assertThat(jobs.get(1).request().dependsOn())
                .containsExactly(jobs.get(0).name());
        assertThat(jobs.get(2).request().dependsOn())
                .containsExactly(jobs.get(1).name());

        assertThat(send(RESTORE + "&point=" + first).getException()).isNull();
        requireAll("first");
    }

    @Test
    @Tag("W23")
    @Tag("M7")
    void a_group_goes_to_tape_as_it_is_told_to() throws Exception {
        assertThat(send("group:shopfront?operation=backup&library=vault&format=new_tape&groupSize=3")
                        .getException())
                .isNull();
        assertThat(send("group:shopfront?operation=backup&library=vault").getException())
                .isNull();

        List<FoundSection> sections = node.library("vault")
                .volumes()
                .scanVolume(new Target.Tagged(new Barcode("SBG001")))
                .sections();
        assertThat(sections)
                .extracting(each -> each.label().framing() == null
                        ? 0
                        : each.label().framing().groupSize())
                .containsExactly(3, 3, 3, 0, 0, 0);
    }

    @ParameterizedTest
    @Tag("M5")
    @CsvSource(
            delimiter = '|',
            value = {
                "operation=backup&pool=disk&density=LTO3     | pool disk is no tape, and has no density; leave",
                "operation=backup&pool=disk&format=new_tape  | option format belongs to a backup to a library",
                "operation=backup&library=vault&groupSize=3  | option 'groupSize' is '3' without option 'format'",
                "operation=backup&pool=disk&protection=A:R   | option 'protection' is 'A:R'; 'A:R' is not a protection",
                "operation=restore&owner=jane                | operation=restore is no tape, and has no owner; leave",
                "operation=restore&label=TAPE01              | operation=restore is no tape, and has no label; leave",
            })
    void options_of_tapes_are_checked_when_the_route_is_made(String options, String what) {
        assertThatThrownBy(() -> context.getEndpoint("group:shopfront?" + options))
                .hasStackTraceContaining(what);
    }

    /** What happens to one member, and what comes of it: the events, in order, and how many points are whole. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop orders    | stop orders, start orders                                                           | 0",
                "stop sessions  | stop orders, stop sessions, start sessions, start orders                            | 0",
                "snapshot       | stop orders, stop sessions, snapshot, start sessions, start orders                  | 0",
                "start sessions | stop orders, stop sessions, snapshot, start sessions, start orders, release         | 1",
                "start orders   | stop orders, stop sessions, snapshot, start sessions, start orders, release         | 1",
                "image orders   | stop orders, stop sessions, snapshot, start sessions, start orders, release         | 0",
                "image sessions | stop orders, stop sessions, snapshot, start sessions, start orders, release         | 0",
                "image documents| stop orders, stop sessions, snapshot, start sessions, start orders, release         | 0"
            })
    @Tag("W23")
    @Tag("W22")
    @Tag("W3")
    void a_member_that_fails_in_a_phase_keeps_no_other_one_from_coming_back(String what, String events, int whole)
            throws Exception {
        plant(what);

        Exchange failed = send("group:shopfront?operation=backup&library=vault&family=nightly");

        assertThat(failed.getException()).hasMessageContaining("is failed");
        assertThat(node.events).containsSubsequence(events.split(", "));
        if (!events.contains("snapshot")) {
            assertThat(node.events).doesNotContain("snapshot");
        }
        assertThat(node.orders.state).isEqualTo(DatabaseState.OPEN);
        assertThat(sessions.state).isEqualTo(DatabaseState.OPEN);
        assertThat(points().stream().filter(found -> found.missing().isEmpty())).hasSize(whole);
        assertThat(node.jobs().owed()).extracting(Obligation::kind).doesNotContain("release-snapshot");
    }

    private void plant(String what) {
        switch (what) {
            case "stop orders" -> node.orders.failingStops.set(1);
            case "stop sessions" -> sessions.failingStops.set(1);
            case "snapshot" -> node.snapshots.failing.set(1);
            case "start sessions" -> sessions.failingStarts.set(1);
            case "start orders" -> node.orders.failingStarts.set(1);
            default -> {
                int which = List.of("orders", "sessions", "documents").indexOf(what.substring("image ".length()));
                // told several times of each
                List<String> images = new ArrayList<>();
                node.whenWriting = image -> {
                    if (!images.contains(image)) {
                        images.add(image);
                    }
                    if (images.indexOf(image) == which) {
                        throw new IllegalStateException("no image");
                    }
                };
            }
        }
    }

    @Test
    @Tag("W23")
    void a_point_that_lacks_a_member_is_never_restored_nor_filled_up_from_another() throws Exception {
        send(BACKUP);
        all("second");
        plant("image sessions");
        send("group:shopfront?operation=backup&library=vault&family=nightly");
        node.whenWriting = image -> {};
        String half = points().get(1).point().id();
        assertThat(points().get(1).missing()).containsExactly("sessions", "documents");
        all("third");

        Exchange refused = send(RESTORE + "&point=" + half);

        assertThat(refused.getException())
                .hasMessageContaining("SBG-W012")
                .hasMessageContaining(half + " lacks sessions, documents");
        requireAll("third");
        assertThat(send(RESTORE).getException()).isNull();
        requireAll("first");
    }

    @Test
    @Tag("W23")
    @Tag("W16")
    void one_image_that_is_damaged_leaves_all_databases_as_they_were() throws Exception {
        send(BACKUP);
        damage(node.catalog().backups(Catalog.Filter.COMPLETE).get(1));
        all("second");
        node.events.clear();

        Exchange failed = send(RESTORE);

        assertThat(failed.getException()).hasMessageContaining("restore sessions");
        requireAll("second");
        assertThat(node.events).containsExactly("stop orders", "stop sessions", "start sessions", "start orders");
        assertThat(node.jobs().owed()).isEmpty();
        List<Job> jobs = node.jobs().jobs();
        assertThat(jobs.get(jobs.size() - 1).state()).isEqualTo(JobState.FAILED);
    }

    private void damage(Backup backup) throws Exception {
        try (Stream<Path> all = Files.walk(home.resolve("node/pool"))) {
            Path image = all.filter(Files::isRegularFile)
                    .filter(file ->
                            file.toString().endsWith(backup.files().get(0).path()))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(image);
            bytes[bytes.length / 2] ^= 1;
            Files.write(image, bytes);
        }
    }

    @Test
    @Tag("W23")
    void members_that_share_a_path_are_refused_before_anything_is_stopped() throws Exception {
        node.groups.put(
                "shopfront",
                new ConsistencyGroup("shopfront", List.of("orders"), Map.of("tables", List.of(ordersRow.getParent()))));

        assertThat(send(BACKUP).getException()).hasMessageContaining("SBG-W013");

        assertThat(node.events).isEmpty();
    }
}
