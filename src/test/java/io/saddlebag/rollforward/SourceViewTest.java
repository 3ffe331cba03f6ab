package io.saddlebag.rollforward;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.Incarnations;
import io.saddlebag.journal.JournalId;
import io.saddlebag.journal.JournalPiece;
import io.saddlebag.journal.PieceState;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which journals that were never finished a recovery takes. Segments of 1 MiB, of which a few bytes have come. */
@Tag("J19")
class SourceViewTest {
    private static final long SEGMENT = 1L << 20;

    @TempDir
    Path folder;

    private FolderJournals source() {
        return new FolderJournals(
                new FolderSettings("wal", folder, new SegmentNaming(SEGMENT), null, Duration.ZERO),
                new LocalFiles(new LinuxPosix()),
                new Settling(Clock.systemUTC(), new SystemWaiter()));
    }

    private static String name(JournalId id) {
        return new SegmentNaming(SEGMENT).name(id).orElseThrow();
    }

    private static JournalId id(long incarnation, long sequence) {
        return new JournalId(incarnation, sequence);
    }

    private void whole(JournalId id) throws IOException {
        Files.write(folder.resolve(name(id)), new byte[10]);
    }

    private void begun(JournalId id, String come) throws IOException {
        byte[] bytes = new byte[(int) SEGMENT];
        System.arraycopy(come.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, bytes, 0, come.length());
        Files.write(folder.resolve(name(id) + ".partial"), bytes);
    }

    private static JournalPiece stored(JournalId id) {
        return new JournalPiece(
                "wal", id, 0, SEGMENT, name(id), 0, 0, "0".repeat(64), new BackupId(1), PieceState.READY, false);
    }

    private Holdings holdings(JournalPiece... chain) throws IOException {
        return Holdings.of(source(), List.of(chain), SourceView.now(source()));
    }

    @Test
    void the_one_that_was_being_received_counts_as_far_as_it_came() throws Exception {
        whole(id(1, 5));
        begun(id(1, 6), "abc");

        Holdings holdings = holdings(stored(id(1, 4)));

        assertThat(holdings.beginnings().values()).containsExactly(new Beginning(id(1, 6), name(id(1, 6)), 3));
        assertThat(holdings.known()).containsExactlyInAnyOrder(id(1, 4), id(1, 5), id(1, 6));
        assertThat(holdings.has(id(1, 6))).isTrue();
        assertThat(holdings.hasWhole(id(1, 6))).isFalse();
    }

    @Test
    void a_whole_one_wins_wherever_it_is() throws Exception {
        begun(id(1, 6), "abc");
        whole(id(1, 6));
        assertThat(holdings().beginnings()).isEmpty();
        assertThat(holdings().hasWhole(id(1, 6))).isTrue();

        Files.delete(folder.resolve(name(id(1, 6))));
        assertThat(holdings(stored(id(1, 6))).beginnings()).isEmpty();
    }

    @Test
    @Tag("J25")
    void one_that_others_of_its_incarnation_follow_is_lost() throws Exception {
        begun(id(1, 6), "abc");

        assertThat(holdings(stored(id(1, 7))).beginnings()).isEmpty();
        assertThat(holdings(JournalPiece.gap("wal", id(1, 7))).beginnings()).isEmpty();
        assertThat(holdings(stored(id(2, 7))).beginnings()).containsOnlyKeys(id(1, 6));
        begun(id(1, 8), "abc");
        assertThat(holdings().beginnings()).containsOnlyKeys(id(1, 8));
        whole(id(1, 9));
        assertThat(holdings().beginnings()).isEmpty();
    }

    @Test
    void one_that_nothing_has_come_of_is_none() throws Exception {
        whole(id(1, 5));
        begun(id(1, 6), "");

        assertThat(holdings().known()).containsExactly(id(1, 5));
    }

    @Test
    @Tag("R9")
    void what_is_behind_the_place_where_the_next_incarnation_went_off_does_not_count() throws Exception {
        begun(id(1, 6), "abcdef");
        Incarnations known = Incarnations.of(
                List.of(
                        Incarnation.root(1),
                        new Incarnation(2, 1, LogPosition.lsn(6 * SEGMENT + 4), 6, null, null, ""),
                        new Incarnation(3, 1, LogPosition.lsn(5 * SEGMENT), 5, null, null, "")),
                3);
        Beginning begun = holdings().beginnings().get(id(1, 6));

        assertThat(new Line(known, 1, SEGMENT).kept(begun)).isEqualTo(6);
        assertThat(new Line(known, 2, SEGMENT).kept(begun)).isEqualTo(4);
        assertThat(new Line(known, 3, SEGMENT).kept(begun)).isZero();
    }
}
