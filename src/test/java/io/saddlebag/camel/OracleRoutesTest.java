package io.saddlebag.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.node.OutcomeEvent;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.database.OutcomeClass;
import io.saddlebag.database.oracle.OracleTwin;
import io.saddlebag.job.Job;
import io.saddlebag.job.JobState;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.CoveredComponent;
import io.saddlebag.workbench.SimulatedTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes that ship for Oracle, with a stand-in for the instance and copies for snapshots. */
class OracleRoutesTest {
    private static final CoveredComponent DATABASE =
            new CoveredComponent("Oracle.VSSWriter.ORCL", "Oracle Database", "FULL");
    private static final CoveredComponent AREA =
            new CoveredComponent("Oracle.VSSWriter.ORCL", "Flash Recovery Area", "FULL");

    @TempDir
    Path home;

    private final List<OutcomeEvent> told = new CopyOnWriteArrayList<>();
    private MemoryNode node;
    private OracleTwin twin;
    private DefaultCamelContext context;

    @BeforeEach
    void start() throws Exception {
        node = MemoryNode.in(home.resolve("node"));
        twin = new OracleTwin(Files.createDirectories(home.resolve("drives")));
        node.add(twin.adapter(new SimulatedTime()));
        node.snapshots.consistency = Consistency.ATOMIC;
        context = Routes.on(node);
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event instanceof OutcomeEvent outcome) {
                    told.add(outcome);
                }
            }
        });
        Routes.loadShipped(context, "errors.yaml");
        twin.machine.commit("row 1");
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        node.close();
    }

    private Exchange send(String endpoint) throws Exception {
        Exchange done = context.createProducerTemplate().send(endpoint, exchange -> {});
        if (done.getException() != null) {
            throw done.getException();
        }
        return done;
    }

    private Backup only() throws Exception {
        List<Backup> all = node.catalog().backups(Catalog.Filter.COMPLETE);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void requireOutcome(Exchange done, OutcomeClass outcome) throws Exception {
        assertThat(OutcomeClass.of(only().about().facts())).contains(outcome);
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.OUTCOME)).isEqualTo(outcome.display());
        assertThat(told).extracting(OutcomeEvent::outcome).containsExactly(outcome);
        assertThat(told.get(0).job().state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    @Tag("W6")
    @Tag("W9")
    void online_on_linux_it_is_in_backup_mode_for_the_snapshot() throws Exception {
        Routes.loadShipped(context, "backup-orcl-online.yaml");
        context.start();
        List<String> within = new CopyOnWriteArrayList<>();
        node.snapshots.whenTaken = () -> {
            try {
                within.addAll(twin.deeds());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        Exchange done = send("direct:backup-orcl-online");

        requireOutcome(done, OutcomeClass.DATABASE_FULL);
        assertThat(within).containsExactly("alter database begin backup");
        assertThat(twin.deeds())
                .containsExactly(
                        "alter database begin backup", "alter database end backup", "alter system archive log current");
    }

    @Test
    @Tag("W1")
    @Tag("E4")
    void offline_it_is_down_for_the_snapshot_and_comes_back_as_it_was_then() throws Exception {
        context.getPropertiesComponent().setInitialProperties(of("saddlebag.orcl-weekly", "direct:backup-orcl"));
        Routes.loadShipped(context, "templates/offline-backup.yaml");
        Routes.load(
                context, Files.readString(Path.of("routes/backup-orcl.yaml")).replace("weekly }", "nightly }"));
        context.start();
        List<String> within = new CopyOnWriteArrayList<>();
        node.snapshots.whenTaken = () -> {
            try {
                within.addAll(twin.deeds());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };

        Exchange done = send("direct:backup-orcl");

        assertThat(within).containsExactly("shutdown immediate");
        assertThat(twin.deeds()).containsExactly("shutdown immediate", "startup");
        assertThat(done.getMessage().getHeader(SaddlebagHeaders.BACKUP_ID, Long.class))
                .isEqualTo(only().id().value());
        twin.machine.commit("row 2");
        Job restored = restore();
        assertThat(restored.state()).as(restored.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.machine.rows()).containsExactly("row 1");
    }

    private static Properties of(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }

    private Exchange vss() throws Exception {
        Routes.loadShipped(context, "templates/oracle-windows-vss.yaml");
        Routes.load(context, """
                - templatedRoute:
                    routeTemplateRef: oracle-windows-vss
                    routeId: backup-orcl-vss
                    parameters:
                      - { name: database, value: orcl }
                      - { name: trigger, value: "direct:go" }
                      - { name: library, value: vault }
                      - { name: family, value: nightly }
                """);
        context.start();
        return send("direct:go");
    }

    /** The writer puts the database in backup mode itself; what it covered is known at the end. */
    @Test
    @Tag("W9")
    @Tag("W13")
    void with_vss_the_writers_word_decides_and_a_restore_leaves_backup_mode() throws Exception {
        node.snapshots.covered = List.of(DATABASE);
        node.snapshots.whenTaken = () -> twin.byWriter(true);

        Exchange done = vss();
        twin.byWriter(false);

        requireOutcome(done, OutcomeClass.DATABASE_FULL);
        assertThat(twin.deeds()).isEmpty();
        twin.machine.commit("row 2");
        Job restored = restore();
        assertThat(restored.state()).as(restored.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.machine.rows()).containsExactly("row 1");
        assertThat(twin.deeds()).contains("alter database end backup");
    }

    @Test
    @Tag("W9")
    void where_no_writer_says_anything_it_recovers_as_after_a_crash() throws Exception {
        Exchange done = vss();

        requireOutcome(done, OutcomeClass.CRASH_CONSISTENT);
        twin.machine.commit("row 2");
        Job restored = restore();
        assertThat(restored.state()).as(restored.cause()).isEqualTo(JobState.COMPLETED);
        assertThat(twin.machine.rows()).containsExactly("row 1");
        assertThat(twin.deeds()).containsExactly("shutdown immediate", "startup");
    }

    private Job restore() throws Exception {
        return node.restores()
                .restore(new RestoreRequest(
                        List.of(new BackupSelector.Latest("orcl")),
                        List.of(),
                        null,
                        RestoreRequest.Existing.REPLACE,
                        "orcl",
                        null))
                .get(0);
    }

    @Test
    @Tag("W9")
    void the_recovery_area_alone_is_no_backup_of_the_database() throws Exception {
        node.snapshots.covered = List.of(AREA);
        Path area = Files.createDirectories(twin.area().resolve("ARCHIVELOG"));
        Files.writeString(area.resolve("O1_MF_1_42.ARC"), "redo");
        Routes.load(context, """
                - route:
                    id: area
                    from:
                      uri: direct:area
                      steps:
                        - to: job:begin?task=area
                        - to: "snapshot:create?paths=AREA"
                        - to: backup:area
                        - to: pool:disk?family=nightly
                        - to: snapshot:release
                        - to: job:end
                """.replace("AREA", area.toString()));
        context.start();

        Exchange done = send("direct:area");

        requireOutcome(done, OutcomeClass.RECOVERY_AREA);
        assertThat(only().about().database()).isNull();
    }
}
