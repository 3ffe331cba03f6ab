package io.saddlebag.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random work and random faults on real engines. Some seeds each time; many, tagged {@code long}, by {@code -Dsaddlebag.journal.seeds=100},
 * from {@code -Dsaddlebag.seed=1} on; of one kind of fault alone by {@code -Dsaddlebag.journal.fault=TIME}. What they came to is in {@code target/journal-seeds.txt}.
 */
@Tag("J18")
@Tag("Q11")
class JournalSeedsIT {
    private static final int FEW = 2;
    private static final int MANY = Integer.getInteger("saddlebag.journal.seeds", 100);
    private static final long FIRST = Long.getLong("saddlebag.seed", 1);
    private static final Path FIGURES = Path.of("target/journal-seeds.txt");

    /** Each chain is recovered from as often. */
    private static final int BETWEEN_RECOVERIES = 25;

    @TempDir
    Path folder;

    enum Engine {
        POSTGRESQL_ARCHIVE,
        POSTGRESQL_STREAM,
        MARIADB,
        SQLITE,
        FOLDER;

        JournalingEngine in(Path folder) throws Exception {
            return switch (this) {
                case POSTGRESQL_ARCHIVE -> JournalingPostgres.in(folder, JournalingPostgres.Manner.ARCHIVE);
                case POSTGRESQL_STREAM -> JournalingPostgres.in(folder, JournalingPostgres.Manner.STREAM);
                case MARIADB -> JournalingMariadb.in(folder);
                case SQLITE -> JournalingSqlite.in(folder);
                case FOLDER -> JournalingFolder.in(folder);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("J2")
    @Tag("J3")
    @Tag("J19")
    @Tag("J25")
    void the_chain_is_the_engines_history_whatever_happens(Engine engine) throws Exception {
        seeds(engine, FEW);
    }

    @Test
    @Tag("long")
    void many_seeds_of_postgresqls_archive() throws Exception {
        seeds(Engine.POSTGRESQL_ARCHIVE, MANY);
    }

    @Test
    @Tag("long")
    void many_seeds_of_postgresqls_stream() throws Exception {
        seeds(Engine.POSTGRESQL_STREAM, MANY);
    }

    @Test
    @Tag("long")
    void many_seeds_of_mariadb() throws Exception {
        seeds(Engine.MARIADB, MANY);
    }

    @Test
    @Tag("long")
    void many_seeds_of_sqlite() throws Exception {
        seeds(Engine.SQLITE, MANY);
    }

    @Test
    @Tag("long")
    void many_seeds_of_a_folder() throws Exception {
        seeds(Engine.FOLDER, MANY);
    }

    private void seeds(Engine engine, int many) throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/loop-control")),
                "needs root and loop devices for a target that can be filled");
        long begin = System.nanoTime();
        try (JournalingEngine begun = engine.in(folder);
                SeededJournals journals = new SeededJournals(folder, begun)) {
            journals.begin();
            for (int i = 1; i <= many; i++) {
                journals.run(FIRST + i - 1);
                if (i == many || i % BETWEEN_RECOVERIES == 0) {
                    journals.requireRecovery();
                }
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            SeededJournals.record(FIGURES, "from seed " + FIRST + ", " + engine + ", " + journals.figures(took, many));
        }
    }
}
