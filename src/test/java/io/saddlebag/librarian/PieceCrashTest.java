package io.saddlebag.librarian;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A process dies at each call that putting or removing a piece makes: afterwards the piece is there whole, or not at all. */
@Tag("M26")
@Tag("slow")
class PieceCrashTest {
    private static final int MANY = 300;
    private static final String CONTENT = "0123456789abcdef!";
    private static final PieceName NAME = new PieceName("one");

    @TempDir
    Path home;

    private enum Medium {
        POOL,
        TAPE;

        ImageTarget of(Workbench.Node node) {
            return this == POOL ? node.poolTarget() : node.target();
        }
    }

    private static Piece put(Workbench.Node node, Medium medium, PieceOrder.Existing existing) throws Exception {
        return node.librarian.put(
                new PieceOrder(
                        NAME, medium.of(node), Compression.NONE, Encryption.NONE, OptionalLong.empty(), existing, null),
                new ByteArrayInputStream(CONTENT.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"POOL, BEFORE", "POOL, AFTER", "TAPE, BEFORE", "TAPE, AFTER"})
    void a_put_survives_a_death_at_every_call_of_any_port(Medium medium, Life.When when) throws Exception {
        boolean through = false;
        int kept = 0;
        for (int nth = 1; !through; nth++) {
            Path place = Files.createDirectories(home.resolve(medium + "-" + when + "-" + nth));
            try (Workbench bench = new Workbench(place)) {
                Life life = Life.endingAt(nth, when);
                Workbench.Node mortal = bench.node(life, bench.files);
                boolean acknowledged = false;
                try {
                    put(mortal, medium, PieceOrder.Existing.REFUSED);
                    acknowledged = true;
                } catch (Life.Death | IOException expected) {
                    assertThat(life.over()).as("call %s: %s", nth, expected).isTrue();
                }
                through = !life.over();
                mortal.died();
                kept += assertWholeOrNone(bench, medium, acknowledged, when + " call " + nth + ", " + life.end());
            }
            assertThat(nth).isLessThan(MANY);
        }
        // there is a death between medium and acknowledgement
        assertThat(kept).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"CRASH", "TORN", "NO_SPACE"})
    void a_put_survives_a_fault_at_every_call_on_the_pool(FileFailureKind kind) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path place = Files.createDirectories(home.resolve(kind + "-" + nth));
            try (Workbench bench = new Workbench(place)) {
                FaultyFiles[] faulty = new FaultyFiles[1];
                int turn = nth;
                bench.poolFiles = files -> faulty[0] = FaultyFiles.failing(files, turn, kind);
                Workbench.Node mortal = bench.node();
                boolean acknowledged = false;
                try {
                    put(mortal, Medium.POOL, PieceOrder.Existing.REFUSED);
                    acknowledged = true;
                } catch (SimulatedCrash | IOException expected) {
                    assertThat(faulty[0].fired()).isTrue();
                }
                through = faulty[0].calls() < nth;
                mortal.died();
                bench.poolFiles = files -> files;
                assertWholeOrNone(bench, Medium.POOL, acknowledged, kind + " at call " + nth);
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** @return 1 when the piece was there though nobody had acknowledged it */
    private static int assertWholeOrNone(Workbench bench, Medium medium, boolean acknowledged, String where)
            throws Exception {
        bench.node().recover();
        bench.node().recover();
        Workbench.Node later = bench.node();
        List<Piece> there = later.librarian.list();
        assertThat(there).as(where).hasSizeBetween(acknowledged ? 1 : 0, 1);
        assertThat(content(later)).as(where).isEqualTo(there.isEmpty() ? null : CONTENT);
        assertThat(bench.log().owed()).as(where).isEmpty();

        Piece again = put(later, medium, PieceOrder.Existing.ACCEPTED_IF_SAME);
        assertThat(later.librarian.list()).as(where).containsExactly(again);
        assertThat(content(later)).as(where).isEqualTo(CONTENT);
        return !acknowledged && !there.isEmpty() ? 1 : 0;
    }

    private static String content(Workbench.Node node) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return node.librarian.get(NAME, null, out::write) ? out.toString(UTF_8) : null;
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    void a_removal_survives_a_death_at_every_call_of_any_port(Life.When when) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth++) {
            Path place = Files.createDirectories(home.resolve("remove-" + when + "-" + nth));
            try (Workbench bench = new Workbench(place)) {
                put(bench.node(), Medium.POOL, PieceOrder.Existing.REFUSED);
                Life life = Life.endingAt(nth, when);
                Workbench.Node mortal = bench.node(life, bench.files);
                boolean acknowledged = false;
                try {
                    acknowledged = mortal.librarian.remove(NAME, null);
                } catch (Life.Death | IOException expected) {
                    assertThat(life.over()).isTrue();
                }
                through = !life.over();
                mortal.died();
                bench.node().recover();
                Workbench.Node later = bench.node();
                String where = when + " call " + nth + ", " + life.end();
                assertThat(content(later)).as(where).isIn(acknowledged ? new String[1] : new String[] {null, CONTENT});
                later.librarian.remove(NAME, null);
                put(later, Medium.POOL, PieceOrder.Existing.REFUSED);
                assertThat(content(later)).as(where).isEqualTo(CONTENT);
            }
            assertThat(nth).isLessThan(MANY);
        }
    }
}
