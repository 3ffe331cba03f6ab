package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.librarian.Librarian;
import io.saddlebag.librarian.PieceFault;
import io.saddlebag.librarian.PieceName;
import io.saddlebag.librarian.PieceOrder;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup files of journals that are pieces. */
@Tag("J9")
@Tag("M26")
class LibrarianPassTest {
    @TempDir
    Path home;

    private JournalSite site;

    @BeforeEach
    void open() throws Exception {
        site = new JournalSite(Files.createDirectories(home.resolve("site")));
        site.drop(1, 2);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private static JournalOptions options() {
        Wishes wishes = new Wishes();
        wishes.librarian = true;
        wishes.names = new JournalNames("nightly.aij", List.of());
        return wishes.options();
    }

    private void put(String name) throws Exception {
        Workbench.Node node = site.bench.node();
        node.librarian.put(
                new PieceOrder(
                        new PieceName(name),
                        node.poolTarget(),
                        Compression.NONE,
                        Encryption.NONE,
                        OptionalLong.empty(),
                        PieceOrder.Existing.REFUSED,
                        null),
                new ByteArrayInputStream("stream".getBytes(UTF_8)));
    }

    private List<String> pieces() throws Exception {
        return site.bench.node().librarian.list().stream()
                .map(piece -> piece.name().value())
                .toList();
    }

    @Test
    void a_backup_file_is_a_piece_of_its_name() throws Exception {
        site.pass(options());

        assertThat(pieces()).containsExactly("nightly.aij");
        assertThat(site.stored()).isEqualTo(site.written);
        assertThatThrownBy(() -> put("nightly.aij")).hasMessageContaining("there is a piece nightly.aij already");
    }

    @Test
    void it_is_taken_out_of_its_chain_by_nobody_who_does_not_say_so() throws Exception {
        site.pass(options());
        Librarian librarian = site.bench.node().librarian;
        PieceName name = new PieceName("nightly.aij");

        assertThatThrownBy(() -> librarian.remove(name, null))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PieceFault.NO_STREAM)).isTrue())
                .hasMessageContaining("journal delete");
        assertThatThrownBy(() -> librarian.get(name, null, (part, at, length) -> {}))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PieceFault.NO_STREAM)).isTrue());
        assertThat(pieces()).containsExactly("nightly.aij");
        assertThat(site.stored()).isEqualTo(site.written);
    }

    @Test
    void a_name_that_a_piece_has_gets_a_number() throws Exception {
        put("nightly.aij");

        site.pass(options());

        assertThat(pieces()).containsExactlyInAnyOrder("nightly.aij", JournalNames.version("nightly.aij", 2));
    }

    @Test
    void without_the_option_it_is_no_piece() throws Exception {
        site.pass();

        assertThat(pieces()).isEmpty();
    }
}
