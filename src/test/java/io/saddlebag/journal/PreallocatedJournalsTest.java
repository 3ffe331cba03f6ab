package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageTarget;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.host.InPlaceFiles;
import io.saddlebag.host.local.LocalInPlaceFiles;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.journal.folder.PreallocatedJournals;
import io.saddlebag.journal.folder.PreallocatedSettings;
import io.saddlebag.posix.linux.LinuxPosix;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that an engine fills in turns, and that are emptied for it (J15), also when they were given away (J10). */
@Tag("J15")
class PreallocatedJournalsTest {
    private static final int SLOT_BYTES = 200_000;
    private static final int MOST_CALLS = 200;

    @TempDir
    Path home;

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final TreeMap<Long, byte[]> written = new TreeMap<>();
    private JournalSite site;
    private Path folder;
    private int sites;

    @BeforeEach
    void open() throws IOException {
        fresh();
    }

    @AfterEach
    void close() throws IOException {
        site.close();
        workers.shutdownNow();
    }

    private void fresh() throws IOException {
        if (site != null) {
            site.close();
        }
        written.clear();
        site = new JournalSite(Files.createDirectories(home.resolve("s" + sites++)));
        folder = site.folder;
        for (String slot : List.of("aij_a.dat", "aij_b.dat", "aij_c.dat")) {
            Files.write(folder.resolve(slot), empty());
        }
    }

    private static byte[] empty() {
        byte[] bytes = new byte[SLOT_BYTES];
        Arrays.fill(bytes, (byte) 0xFF);
        return bytes;
    }

    /** What the engine does: it takes a file that is empty. */
    private void fill(long sequence) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path slot : all.sorted().toList()) {
                boolean named = String.valueOf(slot.getFileName()).matches("aij_.\\.dat");
                if (named && ByteBuffer.wrap(Files.readAllBytes(slot)).getLong() == -1) {
                    assertThat(Files.readAllBytes(slot)).as("%s", slot).isEqualTo(empty());
                    byte[] content = new byte[SLOT_BYTES];
                    Arrays.fill(content, (byte) ('a' + sequence % 26));
                    ByteBuffer.wrap(content).putLong(sequence);
                    // in place, as an engine does
                    try (var out = Files.newByteChannel(slot, java.nio.file.StandardOpenOption.WRITE)) {
                        out.write(ByteBuffer.wrap(content));
                    }
                    written.put(sequence, content);
                    return;
                }
            }
        }
        throw new AssertionError("no file is empty: " + slots());
    }

    private List<String> slots() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            List<String> found = new ArrayList<>();
            for (Path slot : all.sorted().toList()) {
                long number = ByteBuffer.wrap(Files.readAllBytes(slot)).getLong();
                found.add(slot.getFileName() + (number == -1 ? "" : "=" + number));
            }
            return found;
        }
    }

    private PreallocatedJournals source(HostFiles files, InPlaceFiles inPlace, ResetLoad load) {
        return new PreallocatedJournals(
                new PreallocatedSettings(
                        JournalSite.NAME,
                        folder,
                        Pattern.compile("aij_[a-z]\\.dat"),
                        PreallocatedSettings.NumberField.FIRST_EIGHT_BYTES),
                files,
                inPlace,
                workers,
                load);
    }

    private PreallocatedJournals source() {
        return source(site.bench.files, new LocalInPlaceFiles(site.bench.files, new LinuxPosix()), new ResetLoad(3, 4));
    }

    private JournalResult pass(JournalOptions options) throws IOException, InterruptedException {
        Workbench.Node node = site.bench.node();
        return node.journals(source(), node.poolTarget(), options, JournalListener.DEAF)
                .run();
    }

    private static JournalOptions renaming(boolean renames) {
        Wishes wishes = new Wishes();
        wishes.rename = renames;
        return wishes.options();
    }

    private void assertStored(long... sequences) throws IOException {
        List<Long> found = new ArrayList<>();
        for (JournalPiece piece : site.bench.chain().pieces(JournalSite.NAME)) {
            found.add(piece.id().sequence());
            assertThat(Arrays.equals(site.bytes(piece), written.get(piece.id().sequence())))
                    .as("content of %s", piece.id())
                    .isTrue();
        }
        assertThat(found).containsExactly(Arrays.stream(sequences).boxed().toArray(Long[]::new));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("J10")
    void a_released_journal_is_empty_under_its_name_and_filled_again(boolean renames) throws Exception {
        fill(7);
        fill(8);
        fill(9);

        JournalResult result = pass(renaming(renames));

        assertThat(result.count()).isEqualTo(2);
        assertThat(result.current()).isEqualTo(9);
        assertThat(slots()).containsExactly("aij_a.dat", "aij_b.dat", "aij_c.dat=9");
        fill(10);
        fill(11);
        pass(renaming(renames));
        assertThat(slots()).containsExactly("aij_a.dat", "aij_b.dat=11", "aij_c.dat");
        assertStored(7, 8, 9, 10);
    }

    @Test
    void the_one_with_the_highest_number_is_being_written() throws Exception {
        fill(7);

        assertThat(pass(JournalOptions.DEFAULT).count()).isZero();
        assertThat(slots()).containsExactly("aij_a.dat=7", "aij_b.dat", "aij_c.dat");
    }

    @Test
    @Tag("J10")
    void with_rename_the_content_stays_the_backup_s_and_a_new_file_has_the_name_owner_and_mode() throws Exception {
        fill(7);
        fill(8);
        Path slot = folder.resolve("aij_a.dat");
        Files.setPosixFilePermissions(slot, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw----"));
        Object before = Files.getAttribute(slot, "unix:ino");

        pass(renaming(true));

        assertThat(Files.getAttribute(slot, "unix:ino")).isNotEqualTo(before);
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(slot)))
                .isEqualTo("rw-rw----");
        assertThat(Files.readAllBytes(slot)).isEqualTo(empty());
        Backup backup = site.bench.catalog().backups(Catalog.Filter.COMPLETE).get(0);
        Path stored =
                site.bench.home.resolve("pool").resolve(backup.files().get(1).path());
        assertThat(Files.getAttribute(stored, "unix:ino")).isEqualTo(before);
        assertStored(7);
    }

    @Test
    @Tag("J10")
    void a_journal_that_somebody_has_by_another_name_is_not_written_over_without_rename_either() throws Exception {
        fill(7);
        fill(8);
        Path other = site.bench.home.resolve("kept");
        Files.createLink(other, folder.resolve("aij_a.dat"));

        pass(JournalOptions.DEFAULT);

        assertThat(Files.readAllBytes(other)).isEqualTo(written.get(7L));
        assertThat(slots()).containsExactly("aij_a.dat", "aij_b.dat=8", "aij_c.dat");
    }

    @Test
    @Tag("J10")
    void rename_without_room_for_both_is_refused_before_anything_is_done() throws Exception {
        fill(7);
        fill(8);
        Workbench.Node node = site.bench.node();
        RoomTarget small = new RoomTarget(node.poolTarget(), SLOT_BYTES - 1);

        assertThatThrownBy(() -> node.journals(source(), small, renaming(true), JournalListener.DEAF)
                        .run())
                .hasMessageContaining("SBG-X004 new journals in place of the renamed ones of ledger are ")
                .hasMessageContaining("has room for " + (SLOT_BYTES - 1));

        assertThat(slots()).containsExactly("aij_a.dat=7", "aij_b.dat=8", "aij_c.dat");
        assertThat(site.bench.catalog().backups(Catalog.Filter.ALL)).isEmpty();
    }

    // ---- the load

    @ParameterizedTest
    @CsvSource({"0, 127", "33, 127", "15, 3", "15, 128"})
    void limits_are_checked_and_named(int requests, int blocks) {
        assertThatThrownBy(() -> new ResetLoad(requests, blocks))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("resetRequests is \\d+; valid are 1 to 32|resetBlocks is \\d+; valid are 4 to 127");
    }

    @Test
    void fifteen_requests_of_127_blocks_is_the_default() {
        assertThat(ResetLoad.DEFAULT).isEqualTo(new ResetLoad(15, 127));
        assertThat(new ResetLoad(1, 4)).isNotEqualTo(new ResetLoad(32, 127));
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "3, 127", "15, 10"})
    void so_many_requests_of_so_many_blocks_are_under_way_at_once(int requests, int blocks) throws Exception {
        fill(7);
        fill(8);
        LocalInPlaceFiles real = new LocalInPlaceFiles(site.bench.files, new LinuxPosix());
        List<Integer> lengths = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(requests);
        AtomicInteger under = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        InPlaceFiles watched = (file, bytes) -> new Watched(real.open(file, bytes)) {
            @Override
            public void write(ByteBuffer from, long offset) throws IOException {
                lengths.add(from.remaining());
                most.accumulateAndGet(under.incrementAndGet(), Math::max);
                all.countDown();
                try {
                    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                super.write(from, offset);
                under.decrementAndGet();
            }
        };
        Workbench.Node node = site.bench.node();

        node.journals(
                        source(site.bench.files, watched, new ResetLoad(requests, blocks)),
                        node.poolTarget(),
                        JournalOptions.DEFAULT,
                        JournalListener.DEAF)
                .run();

        assertThat(most).hasValue(requests);
        int full = SLOT_BYTES / (blocks * 512);
        assertThat(lengths.stream().filter(each -> each == blocks * 512).count())
                .isEqualTo(full);
        assertThat(lengths.stream().mapToInt(Integer::intValue).sum()).isEqualTo(SLOT_BYTES);
        assertThat(slots().get(0)).isEqualTo("aij_a.dat");
        assertThat(Files.readAllBytes(folder.resolve("aij_a.dat"))).isEqualTo(empty());
    }

    @Test
    void an_option_takes_the_place_of_what_is_configured_and_is_refused_where_nothing_is_emptied() throws Exception {
        Wishes wishes = new Wishes();
        wishes.reset = new ResetLoad(2, 100);
        site.drop(1);

        assertThatThrownBy(() -> site.pass(wishes.options()))
                .hasMessageContaining(
                        "SBG-X007 options 'resetRequests' and 'resetBlocks' can't be used with source 'ledger'");
        fill(7);
        fill(8);
        assertThat(pass(wishes.options()).count()).isEqualTo(1);
    }

    // ---- deaths

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("J10")
    @Tag("J18")
    void killed_at_each_call_to_the_files(boolean renames) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            fresh();
            fill(7);
            fill(8);
            FaultyFiles dying = FaultyFiles.failing(site.bench.files, call, FileFailureKind.CRASH);
            Life life = Life.endingWith(dying::fired);
            die(life, source(dying, new LocalInPlaceFiles(dying, new LinuxPosix()), new ResetLoad(1, 4)), renames);
            if (!dying.fired()) {
                assertThat(died).isGreaterThan(15);
                return;
            }
            died++;
            assertGoesOn("call " + call, renames);
        }
        throw new AssertionError("more than " + MOST_CALLS + " calls");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("J10")
    @Tag("J18")
    void killed_at_each_write_and_sync_of_the_pattern(boolean renames) throws Exception {
        int died = 0;
        for (long call = 1; call < MOST_CALLS; call++) {
            fresh();
            fill(7);
            fill(8);
            Mortal dying = new Mortal(new LocalInPlaceFiles(site.bench.files, new LinuxPosix()), call);
            Life life = Life.endingWith(() -> dying.calls.get() >= dying.last);
            // nothing of a dead process goes on, its file calls neither
            FaultyFiles after = FaultyFiles.counting(site.bench.files);
            die(life, source(after, dying, new ResetLoad(2, 64)), renames);
            if (dying.calls.get() < dying.last) {
                assertThat(died).isGreaterThan(5);
                return;
            }
            died++;
            assertThat(slots())
                    .as("call %s", call)
                    .allMatch(each -> each.matches("aij_.\\.dat(=[78])?|aij_a\\.dat\\.reset(=7|=\\d+)?"));
            assertGoesOn("write " + call, renames);
        }
        throw new AssertionError("more than " + MOST_CALLS + " calls");
    }

    @Test
    void a_half_emptied_file_is_no_journal_and_is_not_lost() throws Exception {
        fill(7);
        fill(8);
        pass(JournalOptions.DEFAULT);
        byte[] half = empty();
        Arrays.fill(half, 0, 100_000, (byte) 'x');
        ByteBuffer.wrap(half).putLong(7);
        Files.delete(folder.resolve("aij_a.dat"));
        Files.write(folder.resolve("aij_a.dat.reset"), half);

        assertThat(source().look().journals()).extracting(Journal::id).containsExactly(new JournalId(1, 8));
        assertThat(source().layout()).isEqualTo(JournalLayout.FIXED_SIZE);
        pass(JournalOptions.DEFAULT);

        assertThat(slots()).containsExactly("aij_a.dat", "aij_b.dat=8", "aij_c.dat");
        assertThat(Files.readAllBytes(folder.resolve("aij_a.dat"))).isEqualTo(empty());
    }

    private void die(Life life, PreallocatedJournals source, boolean renames) throws Exception {
        Workbench.Node node = site.bench.node(life, site.bench.files);
        try {
            node.journals(source, node.poolTarget(), renaming(renames), JournalListener.DEAF)
                    .run();
        } catch (Life.Death | SimulatedCrash | Gone | IOException expected) {
            if (!life.over()) {
                throw expected;
            }
        }
        if (life.over()) {
            node.died();
        }
    }

    private void assertGoesOn(String at, boolean renames) throws Exception {
        site.bench.node().recover();
        pass(renaming(renames));
        assertThat(slots()).as("died at %s", at).containsExactly("aij_a.dat", "aij_b.dat=8", "aij_c.dat");
        assertThat(Files.readAllBytes(folder.resolve("aij_a.dat")))
                .as("died at %s", at)
                .isEqualTo(empty());
        assertStored(7);
        fill(9);
        fill(10);
        pass(renaming(renames));
        assertStored(7, 8, 9);
        assertThat(site.chain()).as("died at %s", at).isEqualTo("7 READY, 8 READY, 9 READY");
    }

    // ---- what isn't as it should be

    @Test
    void two_files_with_one_number_are_told() throws Exception {
        fill(7);
        Files.copy(
                folder.resolve("aij_a.dat"),
                folder.resolve("aij_b.dat"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> source().look())
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("aij_a.dat and aij_b.dat")
                .hasMessageContaining("both hold journal 7");
    }

    @Test
    void one_file_is_too_few() throws Exception {
        Files.delete(folder.resolve("aij_a.dat"));
        Files.delete(folder.resolve("aij_b.dat"));

        assertThatThrownBy(() -> source().layout()).hasMessageContaining("there are 1 files");
    }

    @Test
    void numbers_of_four_bytes_and_of_either_order_are_read_where_they_are() throws Exception {
        byte[] content = empty();
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 41);
        Files.write(folder.resolve("aij_a.dat"), content);
        var little = new PreallocatedJournals(
                new PreallocatedSettings(
                        "x",
                        folder,
                        Pattern.compile("aij_[a-z]\\.dat"),
                        new PreallocatedSettings.NumberField(12, 4, ByteOrder.LITTLE_ENDIAN)),
                site.bench.files,
                new LocalInPlaceFiles(site.bench.files, new LinuxPosix()),
                workers,
                ResetLoad.DEFAULT);

        assertThat(little.look().journals()).extracting(Journal::id).containsExactly(new JournalId(1, 41));
    }

    private static class Watched implements InPlaceFile {
        private final InPlaceFile inner;

        Watched(InPlaceFile inner) {
            this.inner = inner;
        }

        @Override
        public boolean existed() {
            return inner.existed();
        }

        @Override
        public void write(ByteBuffer from, long offsetBytes) throws IOException {
            inner.write(from, offsetBytes);
        }

        @Override
        public void read(ByteBuffer into, long offsetBytes) throws IOException {
            inner.read(into, offsetBytes);
        }

        @Override
        public void sync() throws IOException {
            inner.sync();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }
    }

    private static final class Gone extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Everything that it is asked from the nth call on fails, as of a process that is gone. */
    private static final class Mortal implements InPlaceFiles {
        private final InPlaceFiles inner;
        private final long last;
        private final AtomicLong calls = new AtomicLong();

        Mortal(InPlaceFiles inner, long last) {
            this.inner = inner;
            this.last = last;
        }

        private void call() {
            if (calls.incrementAndGet() >= last) {
                throw new Gone();
            }
        }

        @Override
        public InPlaceFile open(Path file, long lengthBytes) throws IOException {
            call();
            return new Watched(inner.open(file, lengthBytes)) {
                @Override
                public void write(ByteBuffer from, long offsetBytes) throws IOException {
                    call();
                    super.write(from, offsetBytes);
                }

                @Override
                public void sync() throws IOException {
                    call();
                    super.sync();
                }
            };
        }
    }

    private record RoomTarget(ImageTarget target, long bytes) implements ImageTarget {
        @Override
        public String description() {
            return target.description();
        }

        @Override
        public String place() {
            return target.place();
        }

        @Override
        public Kind kind() {
            return target.kind();
        }

        @Override
        public io.saddlebag.tapeoption.Prompt prompt() {
            return target.prompt();
        }

        @Override
        public java.util.OptionalLong usableBytes() {
            return java.util.OptionalLong.of(bytes);
        }

        @Override
        public String adoptsNothingFrom(Path from) throws IOException {
            return target.adoptsNothingFrom(from);
        }

        @Override
        public List<io.saddlebag.backup.ImageLane> open(
                io.saddlebag.volume.ImageToStore image, io.saddlebag.volume.Attendants attendants)
                throws IOException, InterruptedException {
            return target.open(image, attendants);
        }
    }
}
