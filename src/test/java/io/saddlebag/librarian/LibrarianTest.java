package io.saddlebag.librarian;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.backup.PoolTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Overlap;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.PoolScan;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.protection.FileRights;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pieces of a few parts of 8 bytes, so that each boundary can be met. */
@Tag("M26")
class LibrarianTest {
    @TempDir
    Path home;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(Files.createDirectories(home.resolve("bench")));
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private static InputStream in(String content) {
        return new ByteArrayInputStream(content.getBytes(UTF_8));
    }

    private static PieceOrder order(String name, ImageTarget target) {
        return new PieceOrder(
                new PieceName(name),
                target,
                Compression.parse("zstd"),
                Encryption.NONE,
                OptionalLong.empty(),
                PieceOrder.Existing.REFUSED,
                null);
    }

    private static PieceOrder orIfSame(PieceOrder order) {
        return new PieceOrder(
                order.name(),
                order.target(),
                order.compression(),
                order.encryption(),
                order.bytes(),
                PieceOrder.Existing.ACCEPTED_IF_SAME,
                null);
    }

    private static PieceOrder ofBytes(PieceOrder order, long bytes) {
        return new PieceOrder(
                order.name(),
                order.target(),
                order.compression(),
                order.encryption(),
                OptionalLong.of(bytes),
                order.existing(),
                null);
    }

    private Piece put(String name, String content) throws Exception {
        Workbench.Node node = bench.node();
        return node.librarian.put(order(name, node.poolTarget()), in(content));
    }

    private String get(String name) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return bench.node().librarian.get(new PieceName(name), null, out::write) ? out.toString(UTF_8) : null;
    }

    private List<String> list() throws IOException {
        return bench.node().librarian.list().stream()
                .map(piece -> piece.name() + " " + piece.bytes())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 16, 17, 100})
    void what_is_put_comes_back_whatever_its_length(int length) throws Exception {
        String content = "0123456789".repeat(10).substring(0, length);

        Piece piece = put("c-1/2026 full", content);

        assertThat(piece.bytes()).isEqualTo(length);
        assertThat(get("c-1/2026 full")).isEqualTo(content);
        assertThat(list()).containsExactly("c-1/2026 full " + length);
    }

    @Test
    void one_piece_is_one_image_whose_parts_are_the_piece() throws Exception {
        Piece piece = put("segment", "0123456789abcdef!");

        Backup backup = bench.catalog().find(piece.backup()).orElseThrow();
        assertThat(bench.catalog().backups(Catalog.Filter.ALL)).hasSize(1);
        assertThat(backup.about().name()).isEqualTo("piece:segment");
        assertThat(backup.objects()).isEqualTo(3);
        assertThat(bench.node().restores.verify(piece.backup(), null).cause()).isNull();
    }

    @Test
    void a_name_that_exists_is_refused_until_it_is_removed() throws Exception {
        Piece first = put("one", "first");

        assertThatThrownBy(() -> put("one", "second"))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PieceFault.EXISTS)).isTrue())
                .hasMessageContaining("there is a piece one already")
                .hasMessageContaining("backup " + first.backup());
        assertThat(get("one")).isEqualTo("first");

        assertThat(bench.node().librarian.remove(new PieceName("one"), null)).isTrue();
        assertThat(get("one")).isNull();
        assertThat(list()).isEmpty();
        put("one", "second");
        assertThat(get("one")).isEqualTo("second");
    }

    @Test
    void a_name_that_is_refused_leaves_its_input_alone() throws Exception {
        put("one", "first");
        InputStream second = in("second");
        Workbench.Node node = bench.node();

        assertThatThrownBy(() -> node.librarian.put(order("one", node.poolTarget()), second))
                .isInstanceOf(BackupException.class);

        assertThat(second.available()).isEqualTo(6);
    }

    @Test
    void the_same_content_is_taken_for_stored_when_that_is_asked_for() throws Exception {
        Piece first = put("one", "0123456789");
        Workbench.Node node = bench.node();
        PieceOrder again = orIfSame(order("one", node.poolTarget()));

        assertThat(node.librarian.put(again, in("0123456789"))).isEqualTo(first);
        for (String other : List.of("", "0123456", "012345678", "0123456780", "01234567890", "x123456789")) {
            assertThatThrownBy(() -> node.librarian.put(again, in(other)))
                    .as(other)
                    .hasMessageContaining("already with another content");
        }
        assertThat(list()).containsExactly("one 10");
    }

    @Test
    void nothing_is_removed_that_is_not_there() throws Exception {
        assertThat(bench.node().librarian.remove(new PieceName("none"), null)).isFalse();
    }

    @Test
    void an_input_that_fails_leaves_no_piece() throws Exception {
        Workbench.Node node = bench.node();
        InputStream broken = new SequenceInputStream(in("0123456789"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the pipe broke");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        });

        assertThatThrownBy(() -> node.librarian.put(order("one", node.poolTarget()), broken))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PieceFault.INPUT)).isTrue())
                .hasMessageContaining("the pipe broke");

        assertThat(list()).isEmpty();
        assertThat(node.pool.files().list()).isEmpty();
        put("one", "whole");
        assertThat(get("one")).isEqualTo("whole");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 11, 16})
    void an_input_of_another_length_than_was_said_leaves_no_piece(long said) throws Exception {
        Workbench.Node node = bench.node();

        assertThatThrownBy(() -> node.librarian.put(ofBytes(order("one", node.poolTarget()), said), in("0123456789")))
                .hasMessageContaining("was to have " + said + " bytes");
        assertThat(list()).isEmpty();

        node.librarian.put(ofBytes(order("one", node.poolTarget()), 10), in("0123456789"));
        assertThat(get("one")).isEqualTo("0123456789");
    }

    @Test
    void two_puts_of_one_name_at_once_come_to_one_piece() throws Exception {
        ExecutorService both = Executors.newFixedThreadPool(2);
        try {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            Workbench.Node first = bench.node();
            Future<Piece> won = both.submit((Callable<Piece>) () -> first.librarian.put(
                    order("one", first.poolTarget()), new SequenceInputStream(in("first"), new InputStream() {
                        @Override
                        public int read() throws IOException {
                            begun.countDown();
                            try {
                                mayEnd.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            return -1;
                        }

                        @Override
                        public int read(byte[] into, int offset, int length) throws IOException {
                            return read();
                        }
                    })));
            begun.await();
            // it is within its job: the second one finds the name taken, whenever it looks
            Workbench.Node second = bench.node();
            Future<Piece> lost = both.submit(
                    (Callable<Piece>) () -> second.librarian.put(order("one", second.poolTarget()), in("second")));
            mayEnd.countDown();

            assertThat(won.get().bytes()).isEqualTo(5);
            assertThatThrownBy(lost::get).hasMessageContaining("there is a piece one already");
            assertThat(get("one")).isEqualTo("first");
            assertThat(bench.catalog().backups(Catalog.Filter.ALL)).hasSize(1);
        } finally {
            both.shutdownNow();
        }
    }

    @Test
    void a_damaged_piece_is_not_handed_over_as_a_whole() throws Exception {
        Workbench.Node node = bench.node();
        Piece piece = node.librarian.put(
                new PieceOrder(
                        new PieceName("one"),
                        node.poolTarget(),
                        Compression.NONE,
                        Encryption.NONE,
                        OptionalLong.empty(),
                        PieceOrder.Existing.REFUSED,
                        null),
                in("the first part, and the second"));
        damage(piece, "second");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> node.librarian.get(new PieceName("one"), null, out::write))
                .isInstanceOf(BackupException.class);

        assertThat(out.toString(UTF_8)).isEqualTo("the first part, ");
        Path file = home.resolve("copy");
        Files.writeString(file, "as before");
        assertThatThrownBy(() -> node.librarian.get(new PieceName("one"), null, file))
                .isInstanceOf(BackupException.class);
        assertThat(file).hasContent("as before");
        assertThat(home.toFile().list()).containsExactlyInAnyOrder("bench", "copy");
    }

    private void damage(Piece piece, String where) throws IOException {
        PoolFile stored =
                bench.catalog().find(piece.backup()).orElseThrow().files().get(0);
        Path path = bench.home.resolve("pool").resolve(stored.path());
        byte[] bytes = Files.readAllBytes(path);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf(where)] ^= 1;
        assertThat(path.toFile().setWritable(true)).isTrue();
        Files.write(path, bytes);
    }

    @Test
    void a_damaged_image_is_read_from_its_copy() throws Exception {
        Workbench.Node node = bench.node();
        Piece piece = put("one", "the first part, and the second");
        new ImageCopying(bench.catalog(), bench.copies(), (backup, job) -> node.pool.read(backup.files()))
                .copy(piece.backup(), node.shelf, job());
        PoolFile stored =
                bench.catalog().find(piece.backup()).orElseThrow().files().get(0);
        Files.delete(bench.home.resolve("pool").resolve(stored.path()));

        assertThat(get("one")).isEqualTo("the first part, and the second");
    }

    private JobRun job() throws Exception {
        return bench.node()
                .jobs
                .begin(new JobRequest("copy", JobKind.MEDIA, null, List.of(), Map.of()), Overlap.WAIT)
                .orElseThrow();
    }

    @Test
    void a_file_gets_its_name_when_it_is_whole() throws Exception {
        put("one", "0123456789");
        Path file = home.resolve("copy");

        assertThat(bench.node().librarian.get(new PieceName("one"), null, file)).isTrue();
        assertThat(file).hasContent("0123456789");
        assertThat(bench.node().librarian.get(new PieceName("two"), null, home.resolve("other")))
                .isFalse();
        assertThat(home.resolve("other")).doesNotExist();
    }

    @Test
    void a_removed_piece_goes_from_its_pool_though_it_never_expires() throws Exception {
        put("one", "first");
        put("two", "second");
        Workbench.Node node = bench.node();
        node.librarian.remove(new PieceName("one"), null);

        PrunePlan plan = node.pruning().carryOut(note -> {});

        assertThat(plan.steps()).hasSize(1);
        assertThat(plan.steps().get(0).why()).isEqualTo("the piece was removed");
        node.pruning().carryOut(note -> {});
        assertThat(node.pool.files().list()).hasSize(2);
        assertThat(get("two")).isEqualTo("second");
    }

    @Test
    void pieces_expire_though_each_is_the_only_one_of_its_name() throws Exception {
        bench.volumes()
                .defineFamilies(List.of(
                        new MediaFamily("short", Duration.ofDays(1), Duration.ofDays(1), MediaFamily.Expiration.TIME)));
        Workbench.Node node = bench.node();
        node.librarian.put(order("one", node.poolTarget("short")), in("first"));
        bench.time.pass(Duration.ofDays(3));

        node.pruning().carryOut(note -> {});

        assertThat(list()).isEmpty();
        put("one", "second");
        assertThat(get("one")).isEqualTo("second");
    }

    @Test
    void a_rebuilt_catalog_knows_pieces_by_name() throws Exception {
        put("c-1/full", "0123456789");
        bench.loseCatalog();
        assertThat(list()).isEmpty();

        Workbench.Node node = bench.node();
        importAll(node);

        assertThat(list()).containsExactly("c-1/full 10");
        assertThat(get("c-1/full")).isEqualTo("0123456789");
        assertThatThrownBy(() -> put("c-1/full", "other")).hasMessageContaining("already");
    }

    @Test
    void of_two_that_a_rebuilt_catalog_has_the_newer_one_counts_and_both_are_removed() throws Exception {
        put("one", "first");
        bench.node().librarian.remove(new PieceName("one"), null);
        bench.time.pass(Duration.ofMinutes(1));
        put("one", "second");
        bench.loseCatalog();
        importAll(bench.node());

        assertThat(get("one")).isEqualTo("second");

        bench.node().librarian.remove(new PieceName("one"), null);
        assertThat(get("one")).isNull();
    }

    private void importAll(Workbench.Node node) throws Exception {
        node.poolImports.importAll(node.pool, PoolScan.of(node.pool).images(), job().transcript());
    }

    @Test
    void pieces_and_other_backups_share_volumes() throws Exception {
        Workbench.Node node = bench.node();
        node.backup();
        Piece piece = node.librarian.put(order("on tape", node.target()), in("0123456789abcdef!"));
        node.backup();
        node.librarian.put(order("another", node.target()), in("x"));

        assertThat(piece.places()).hasSize(1);
        assertThat(bench.catalog().backups(Catalog.Filter.COMPLETE))
                .hasSize(4)
                .allSatisfy(backup -> assertThat(backup.places()).isEqualTo(piece.places()));
        assertThat(get("on tape")).isEqualTo("0123456789abcdef!");
        assertThat(get("another")).isEqualTo("x");
        assertThat(list()).containsExactly("another 1", "on tape 17");
    }

    @Test
    void a_catalog_rebuilt_from_tape_knows_pieces_by_name() throws Exception {
        Workbench.Node node = bench.node();
        node.librarian.put(order("on tape", node.target()), in("0123456789"));
        bench.loseCatalog();

        bench.node().imports.importAll("vault", bench.scan("SBG001"), job().transcript());

        assertThat(list()).containsExactly("on tape 10");
        assertThat(get("on tape")).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "-a", "a\nb", "a\u0000b"})
    void what_is_no_name_is_refused(String name) {
        assertThatThrownBy(() -> new PieceName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a piece's name");
    }

    @Test
    void who_may_not_delete_a_piece_does_not_remove_it() throws Exception {
        Workbench.Node node = bench.node();
        ImageTarget janes = new PoolTarget(node.pool, null, FileRights.parse(null, "(S:RWED,O:RED,G,W)"));
        node.librarian.put(order("one", janes), in("first"));

        assertThatThrownBy(() -> node.librarian.remove(new PieceName("one"), "jane"))
                .isInstanceOfSatisfying(
                        BackupException.class,
                        e -> assertThat(e.is(PieceFault.PROTECTED)).isTrue());

        assertThat(list()).containsExactly("one 5");
        assertThat(node.librarian.remove(new PieceName("one"), "tester")).isTrue();
    }
}
