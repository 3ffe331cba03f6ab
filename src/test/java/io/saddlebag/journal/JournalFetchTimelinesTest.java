package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.host.local.SystemWaiter;
import io.saddlebag.image.Decryption;
import io.saddlebag.journal.folder.FolderJournals;
import io.saddlebag.journal.folder.FolderSettings;
import io.saddlebag.journal.folder.Settling;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server asks for that follows timelines, and what it may take for the end: a name for which there is nothing and never was.
 * Segments are of 16 MiB.
 */
@Tag("J25")
@Tag("R9")
class JournalFetchTimelinesTest {
    private static final String WAL = "wal";

    @TempDir
    Path home;

    private final MemoryChain chain = new MemoryChain();

    private FolderJournals source() {
        FolderJournals histories = new FolderJournals(
                new FolderSettings(WAL + ".history", home, new HistoryNaming(), null, Duration.ZERO),
                new LocalFiles(new LinuxPosix()),
                new Settling(Clock.systemUTC(), new SystemWaiter()));
        return new FolderJournals(
                new FolderSettings(
                        WAL, home, new SegmentNaming(SegmentNaming.DEFAULT_SEGMENT_BYTES), null, Duration.ZERO),
                new LocalFiles(new LinuxPosix()),
                new Settling(Clock.systemUTC(), new SystemWaiter()),
                List.of(histories));
    }

    private boolean fetch(String name) throws IOException {
        FolderJournals source = source();
        Journals journals = new Journals() {
            @Override
            public Set<String> names() {
                return Set.of(WAL);
            }

            @Override
            public JournalSource source(String asked) {
                return source;
            }

            @Override
            public JournalServices services() {
                return new JournalServices(null, null, chain, Clock.systemUTC(), null);
            }
        };
        return new JournalFetch(
                        journals,
                        backup -> {
                            throw new IOException("nothing is to be read from " + backup.id());
                        },
                        new LocalFiles(new LinuxPosix()),
                        Decryption.NONE,
                        Runnable::run)
                .fetch(WAL, name, home.resolve("RECOVERYXLOG"));
    }

    private static String segment(long timeline, long sequence) {
        return new SegmentNaming(SegmentNaming.DEFAULT_SEGMENT_BYTES)
                .name(new JournalId(timeline, sequence))
                .orElseThrow();
    }

    private void stored(long timeline, long... sequences) throws IOException {
        for (long sequence : sequences) {
            chain.record(List.of(new JournalPiece(
                    WAL,
                    new JournalId(timeline, sequence),
                    0,
                    1,
                    segment(timeline, sequence),
                    0,
                    0,
                    "0".repeat(64),
                    new BackupId(1),
                    PieceState.READY,
                    false)));
        }
    }

    private void history(long timeline, String text) throws IOException {
        Files.writeString(home.resolve(String.format(java.util.Locale.ROOT, "%08X.history", timeline)), text);
    }

    private void requireStops(String name, String why) {
        assertThatThrownBy(() -> fetch(name)).hasMessageContaining("SBG-X002").hasMessageContaining(why);
        assertThat(home.resolve("RECOVERYXLOG")).doesNotExist();
    }

    @Test
    void a_timeline_that_nobody_began_has_neither_history_nor_segments() throws Exception {
        stored(1, 7, 8);

        assertThat(fetch("00000002.history")).isFalse();
        assertThat(fetch(segment(2, 8))).isFalse();
        assertThat(fetch(segment(2, 9))).isFalse();
        assertThat(fetch(segment(1, 9))).isFalse();
    }

    @Test
    void nothing_is_known_before_there_are_any_journals() throws Exception {
        assertThat(fetch(segment(1, 1))).isFalse();
        assertThat(fetch("00000002.history")).isFalse();
    }

    @Test
    void journals_that_were_begun_after_the_backup_have_one_before_them() throws Exception {
        stored(1, 7, 8);

        requireStops(segment(1, 6), "is older than the first one that is known, " + segment(1, 7));
    }

    @Test
    void those_that_are_in_the_folder_only_have_one_before_them_too() throws Exception {
        Files.writeString(home.resolve(segment(1, 7)), "entries");

        requireStops(segment(1, 6), "is older than the first one that is known, " + segment(1, 7));
    }

    @Test
    void one_that_turns_up_in_the_folder_is_taken_whatever_follows() throws Exception {
        stored(1, 7, 8);
        Files.writeString(home.resolve(segment(1, 6)), "entries of 6");

        assertThat(fetch(segment(1, 6))).isTrue();
        assertThat(home.resolve("RECOVERYXLOG")).hasContent("entries of 6");
    }

    @Test
    void before_a_timeline_went_off_it_has_no_segments() throws Exception {
        history(2, "1\t0/8000100\tno recovery target specified\n");
        stored(1, 7);
        stored(2, 8, 9);

        assertThat(fetch(segment(2, 7))).isFalse();
        // the segment with the switch is complete in the new timeline alone
        assertThat(fetch(segment(1, 8))).isFalse();
    }

    @Test
    void a_timeline_whose_first_segments_are_not_known_did_not_begin_later() throws Exception {
        history(2, "1\t0/8000100\tno recovery target specified\n");
        stored(1, 7);
        stored(2, 9);

        requireStops(segment(2, 8), "is older than the first one that is known, " + segment(2, 9));
    }

    @Test
    void a_parent_of_which_nothing_is_known_was_there_up_to_where_its_child_went_off() throws Exception {
        history(2, "1\t0/8000100\tno recovery target specified\n");
        stored(2, 8, 9);

        requireStops(segment(1, 7), segment(2, 8));
        requireStops(segment(1, 8), segment(2, 8));
        assertThat(fetch(segment(1, 9))).isFalse();
    }

    @Test
    void a_timeline_that_went_off_another_one_says_nothing() throws Exception {
        history(3, "1\t0/8000100\tat restore point \"lunch\"\n");
        stored(3, 8, 9);

        assertThat(fetch(segment(2, 8))).isFalse();
        requireStops(segment(1, 7), segment(3, 8));
    }

    @Test
    void without_a_history_the_numbers_count() throws Exception {
        stored(2, 8);

        requireStops(segment(1, 7), segment(2, 8));
        assertThat(fetch(segment(1, 9))).isFalse();
    }

    @Test
    void a_history_is_lost_when_its_timeline_has_segments() throws Exception {
        stored(1, 7);
        stored(2, 8);

        requireStops("00000002.history", "there are journals of incarnation 2");
        assertThat(fetch("00000003.history")).isFalse();
        assertThat(fetch("00000001.history")).isFalse();
    }

    @Test
    @Tag("J19")
    void the_unfinished_one_of_a_timeline_is_its_end_when_nothing_follows_it_there() throws Exception {
        history(2, "1\t0/8000100\tno recovery target specified\n");
        stored(1, 7);
        stored(2, 8);
        Files.writeString(home.resolve(segment(1, 8) + ".partial"), "up to the switch");

        assertThat(fetch(segment(1, 8))).isTrue();
        assertThat(home.resolve("RECOVERYXLOG")).hasContent("up to the switch");
    }
}
