package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.BackupId;
import io.saddlebag.image.Decryption;
import io.saddlebag.journal.postgresql.HistoryNaming;
import io.saddlebag.journal.postgresql.SegmentNaming;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single journals for a recovery that asks by name. */
@Tag("J25")
class JournalFetchTest {
    @TempDir
    Path home;

    private JournalSite site;
    private Path to;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
        to = home.resolve("RECOVERYXLOG");
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    private boolean fetch(long sequence) throws IOException {
        Workbench.Node node = site.bench.node();
        Journals journals = new Journals() {
            @Override
            public Set<String> names() {
                return Set.of(JournalSite.NAME);
            }

            @Override
            public JournalSource source(String name) {
                return site.source();
            }

            @Override
            public JournalServices services() {
                return node.journalServices();
            }
        };
        return new JournalFetch(
                        journals,
                        backup -> node.pool.read(backup.files()),
                        site.bench.files,
                        Decryption.NONE,
                        Runnable::run)
                .fetch(JournalSite.NAME, JournalSite.fileName(sequence), to);
    }

    @Test
    void a_journal_comes_back_in_the_place_of_what_was_there() throws Exception {
        site.drop(1, 2, 3);
        site.pass();
        Files.writeString(to, "an older one");

        assertThat(fetch(2)).isTrue();

        assertThat(to).hasContent("entries of journal 2");
    }

    @Test
    void behind_the_last_there_is_none() throws Exception {
        assertThat(fetch(7)).isFalse();
        site.drop(5, 6);
        site.pass();

        assertThat(fetch(7)).isFalse();
        assertThat(to).doesNotExist();
    }

    /** Journals that were begun after the backup: a server that takes the one before them for the end opens without them. */
    @Test
    void before_the_first_that_is_known_there_was_another_one() throws Exception {
        site.drop(5, 6);
        site.pass();

        assertThatThrownBy(() -> fetch(4))
                .hasMessageContaining("SBG-X002")
                .hasMessageContaining("is older than the first one that is known");
        assertThat(to).doesNotExist();
    }

    @Test
    @Tag("J19")
    void what_is_closed_and_not_backed_up_yet_comes_from_the_folder() throws Exception {
        site.drop(5);
        site.pass();
        site.drop(6);

        assertThat(fetch(6)).isTrue();

        assertThat(to).hasContent("entries of journal 6");
        assertThat(fetch(7)).isFalse();
    }

    @Test
    @Tag("J19")
    void the_unfinished_one_is_good_when_nothing_follows() throws Exception {
        site.drop(5);
        site.pass();
        Files.writeString(site.folder.resolve(JournalSite.fileName(6) + ".partial"), "half of 6");

        assertThat(fetch(6)).isTrue();
        assertThat(to).hasContent("half of 6");

        site.drop(7);
        assertThatThrownBy(() -> fetch(6)).hasMessageContaining("SBG-X002");
    }

    @Test
    void a_hole_among_those_that_are_not_backed_up_is_not_the_end() throws Exception {
        site.drop(5);
        site.pass();
        site.drop(7);

        assertThatThrownBy(() -> fetch(6)).hasMessageContaining("SBG-X002").hasMessageContaining("is lost");
    }

    @Test
    void a_folder_that_is_not_there_is_not_an_empty_one() throws Exception {
        site.drop(5);
        site.pass();
        Files.delete(site.folder);

        assertThat(fetch(5)).isTrue();
        assertThatThrownBy(() -> fetch(6))
                .hasMessageContaining("it can't be told whether journals of ledger are there")
                .hasMessageContaining("make an empty one");
    }

    @Test
    void a_gap_is_not_the_end() throws Exception {
        site.drop(1);
        site.pass();
        site.drop(4);
        assertThatThrownBy(site::pass).hasMessageContaining("journal gap 2..3");

        assertThatThrownBy(() -> fetch(2)).hasMessageContaining("SBG-X002").hasMessageContaining("is lost");
        site.pass();
        assertThatThrownBy(() -> fetch(3)).hasMessageContaining("SBG-X002");
        assertThat(fetch(4)).isTrue();
    }

    @Test
    void a_failure_of_storage_is_not_the_end() throws Exception {
        site.drop(1);
        JournalResult result = site.pass();
        Path file = home.resolve("pool/nightly/ledger-1.aij.1.tar");
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);

        assertThatThrownBy(() -> fetch(1)).hasMessageContaining("SBG-Y003");
        int at = new String(bytes, ISO_8859_1).indexOf("entries of");
        bytes[at] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> fetch(1)).isInstanceOf(IOException.class);
        assertThat(to).doesNotExist();
        assertThat(result.backup()).isEqualTo(new BackupId(1));
    }

    @ParameterizedTest
    @Tag("R12")
    @CsvSource({
        "000000010000000000000001, 16777216, 1/1",
        "0000000100000001000000FF, 16777216, 1/511",
        "000000020000000A00000000, 16777216, 2/2560",
        "000000010000000100000003, 1073741824, 1/7",
        "000000010000000000000FFF, 1048576, 1/4095",
    })
    void segments_of_postgresql(String name, long segmentBytes, String id) {
        SegmentNaming naming = new SegmentNaming(segmentBytes);
        JournalId found = naming.match(name).orElseThrow();

        assertThat(found.incarnation() + "/" + found.sequence()).isEqualTo(id);
        assertThat(naming.extent(found).first()).isEqualTo(found.sequence() * segmentBytes);
        assertThat(naming.extent(found).end()).isEqualTo((found.sequence() + 1) * segmentBytes);
    }

    @ParameterizedTest
    @Tag("R12")
    @CsvSource({
        "000000000000000000000001",
        "000000010000000000000100",
        "000000010000000000000001.partial",
        "000000010000000000000001.00000028.backup",
        "00000002.history",
        "00000001000000000000000a",
    })
    void what_is_no_segment_of_postgresql(String name) {
        assertThat(new SegmentNaming(SegmentNaming.DEFAULT_SEGMENT_BYTES).match(name))
                .isEmpty();
    }

    @Test
    @Tag("R12")
    void histories_are_a_chain_of_their_own() {
        assertThat(new HistoryNaming().match("0000000A.history")).contains(new JournalId(10, 0));
        assertThat(new HistoryNaming().match("000000010000000000000001")).isEmpty();
    }
}
