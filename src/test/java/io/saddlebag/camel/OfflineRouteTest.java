package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.database.DatabaseFault;
import io.saddlebag.database.DatabaseState;
import io.saddlebag.fault.BackupException;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.snapshot.SnapshotFault;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped offline workflow, whatever fails in it. */
class OfflineRouteTest {
    @TempDir
    Path home;

    private MemoryNode node;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home);
        context = Routes.on(node);
        Routes.loadShipped(context, "errors.yaml");
        Routes.loadShipped(context, "templates/offline-backup.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: offline-backup
                    routeId: backup-orders
                    parameters:
                      - { name: database, value: orders }
                      - { name: trigger, value: "direct:go" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                """);
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange run() {
        return context.createProducerTemplate().send("direct:go", exchange -> {});
    }

    @Test
    @Tag("W1")
    @Tag("D7")
    @Tag("E3")
    void stops_snapshots_starts_and_then_writes_the_image() throws Exception {
        node.whenWriting = image -> {
            if (!node.events.contains("write")) {
                node.events.add("write");
            }
        };

        Exchange done = run();

        assertThat(done.getException()).isNull();
        assertThat(node.events).containsExactly("stop orders", "snapshot", "start orders", "write", "release");
        assertThat(node.backupsComplete()).containsExactly("orders");
        assertThat(done.getMessage().getHeaders())
                .containsEntry(SaddlebagHeaders.JOB, "1")
                .containsEntry(SaddlebagHeaders.JOB_FILE, "1")
                .containsEntry(SaddlebagHeaders.JOB_STATE, "completed")
                .containsEntry(SaddlebagHeaders.BACKUP_ID, 1L)
                .containsEntry(SaddlebagHeaders.VOLUMES, "nightly-000001")
                .containsEntry(SaddlebagHeaders.DATABASE_STATE, "open")
                .containsEntry(SaddlebagHeaders.CONSISTENCY, "per-file")
                .containsKeys(
                        SaddlebagHeaders.IMAGE_ID,
                        SaddlebagHeaders.SNAPSHOT,
                        SaddlebagHeaders.DOWNTIME,
                        SaddlebagHeaders.BYTES,
                        SaddlebagHeaders.OBJECTS);
        assertThat(node.onlyJob().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("W3")
    @Tag("W22")
    @Tag("E3")
    void a_stop_that_fails_leads_to_no_snapshot_and_the_database_is_started() throws Exception {
        node.orders.failingStops.set(1);

        Exchange done = run();

        assertThat(done.getException())
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(DatabaseFault.STOP_FAILED));
        assertThat(node.events).containsExactly("stop orders", "start orders");
        assertEnded(JobState.FAILED, DatabaseState.OPEN, "orders did not stop");
        assertThat(node.backupsComplete()).isEmpty();
    }

    @Test
    @Tag("W3")
    @Tag("W22")
    void a_snapshot_that_fails_leaves_the_database_running_and_no_backup() throws Exception {
        node.snapshots.failing.set(1);

        Exchange done = run();

        assertThat(done.getException())
                .isInstanceOfSatisfying(
                        BackupException.class, e -> assertThat(e.code()).isEqualTo(SnapshotFault.FAILED));
        assertThat(node.events).containsExactly("stop orders", "snapshot", "start orders");
        assertEnded(JobState.FAILED, DatabaseState.OPEN, "no snapshot could be taken");
        assertThat(node.backupsComplete()).isEmpty();
    }

    @Test
    @Tag("W3")
    @Tag("W22")
    void a_start_that_fails_still_leads_to_a_backup_and_then_fails_the_job() throws Exception {
        node.orders.failingStarts.set(100);

        Exchange done = run();

        assertThat(done.getMessage().getHeaders()).containsEntry(SaddlebagHeaders.DATABASE_STATE, "down");
        assertThat(done.getException()).hasMessageContaining("database orders is DOWN");
        assertThat(node.onlyJob().state()).isEqualTo(JobState.FAILED);
        assertThat(node.onlyJob().cause()).contains("database orders is DOWN");
        assertThat(node.backupsComplete()).containsExactly("orders");
        assertThat(node.snapshots.left()).isEmpty();
    }

    @Test
    @Tag("W3")
    @Tag("W22")
    void an_image_that_fails_is_no_backup_and_its_snapshot_is_released() throws Exception {
        node.whenWriting = image -> {
            throw new IllegalStateException("the drive is gone");
        };

        Exchange done = run();

        assertThat(done.getException()).isNotNull();
        assertEnded(JobState.FAILED, DatabaseState.OPEN, "the drive is gone");
        assertThat(node.backupsComplete()).isEmpty();
        assertThat(node.snapshots.left()).isEmpty();
    }

    private void assertEnded(JobState state, DatabaseState database, String cause) throws Exception {
        Job job = node.onlyJob();
        assertThat(job.state()).isEqualTo(state);
        assertThat(job.cause()).contains(cause);
        assertThat(node.orders.state()).isEqualTo(database);
    }
}
