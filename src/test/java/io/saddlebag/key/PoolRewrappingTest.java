package io.saddlebag.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.backup.ImageCopying;
import io.saddlebag.backup.ImageLineage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.ImageCopy;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.host.memory.FaultyFiles;
import io.saddlebag.host.memory.FileFailureKind;
import io.saddlebag.host.memory.SimulatedCrash;
import io.saddlebag.image.Compression;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.Layers;
import io.saddlebag.image.SeekableBytes;
import io.saddlebag.job.JobKind;
import io.saddlebag.job.JobLog;
import io.saddlebag.job.JobRequest;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.Jobs;
import io.saddlebag.job.Obligation;
import io.saddlebag.job.Overlap;
import io.saddlebag.job.Transcript;
import io.saddlebag.media.Lane;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.FolderStore;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolPruning;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.pool.PoolTerms;
import io.saddlebag.pool.PrunePlan;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.workbench.Life;
import io.saddlebag.workbench.Workbench;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Images in pools get other keys. The image of the bench was written in two parts, so it has two headers: in sections 1 and 3 of pool
 * {@code disk}; a copy of it is one file of pool {@code shelf}, which has both. Whatever happens, each is opened by what the catalog says of
 * it.
 */
@Tag("X10")
final class PoolRewrappingTest {
    /** More calls than a change of keys makes. */
    private static final int MANY = 700;

    /** Whether it goes on after that is looked at in one of so many. */
    /** A build hits each of so many calls. */
    private static final int SOME = 13;

    private static final int SOMETIMES = 10;

    /** Processes before those of a test; their names aren't given again. */
    private static final int AS_MADE = 10;

    private static final byte[] PLAIN = new byte[9_000];
    private static final int FIRST_PART = 6_000;

    static {
        new Random(1).nextBytes(PLAIN);
    }

    @TempDir
    Path home;

    private final MemoryKeys secrets = new MemoryKeys();
    private final KeyRing keys = new KeyRing(secrets, new SecureRandom());

    @BeforeEach
    void keys() throws IOException {
        for (String name : List.of("old", "new", "offsite")) {
            keys.generate(name, Instant.parse("2026-11-21T12:00:00Z"));
        }
    }

    /** What lasts. */
    private final class Bench implements AutoCloseable {
        final Workbench lasting;
        final Path folder;
        final Set<String> dead = new HashSet<>();
        int processes;

        Bench(Path folder) throws IOException {
            this.folder = Files.createDirectories(folder);
            lasting = new Workbench(folder);
        }

        Run process() {
            return new Run(this, lasting.files, Life.unending());
        }

        Backup backup() throws IOException {
            return lasting.catalog().find(new BackupId(1)).orElseThrow();
        }

        List<ImageCopy> copies() throws IOException {
            return lasting.copies().of(new BackupId(1));
        }

        /** One image of two parts. */
        Backup store(Pool into) throws IOException, InterruptedException {
            Encryption encryption = keys.encryption("old");
            List<String> layers = Layers.names(Compression.NONE, encryption);
            Instant at = lasting.time.instant();
            NewBackup about =
                    new NewBackup("image-1", "orders", null, "tester/1", "testhost", at, "ATOMIC", layers, Map.of());
            ImageToStore image =
                    new ImageToStore("image-1", Lane.ONLY, "orders", "tester/1", "tester", "testhost", layers, at);
            PoolTerms terms = new PoolTerms(null, FileRights.NONE);
            try (Catalog.Writing writing = lasting.catalog().begin(about)) {
                StoredImage first;
                try (InputStream part =
                        encryption.apply(new ByteArrayInputStream(PLAIN, 0, FIRST_PART), Runnable::run)) {
                    first = into.store(image, null, terms, part, () -> false);
                }
                try (InputStream part = encryption.apply(
                        new ByteArrayInputStream(PLAIN, FIRST_PART, PLAIN.length - FIRST_PART), Runnable::run)) {
                    return writing.complete(into.store(image, first, terms, part, () -> true), PLAIN.length, at);
                }
            }
        }

        JobRun job(Run process, String task) throws IOException, InterruptedException {
            return process.jobs
                    .begin(new JobRequest(task, JobKind.MEDIA, "tester", List.of(), Map.of()), Overlap.WAIT)
                    .orElseThrow();
        }

        @Override
        public void close() throws IOException {
            lasting.close();
        }
    }

    /** What dies. */
    private final class Run {
        final Bench bench;
        final String name;
        final Pool disk;
        final Pool shelf;
        final Jobs jobs;
        final PoolRegister register;
        final PoolRewrapping rewrapping;

        Run(Bench bench, HostFiles files, Life life) {
            this.bench = bench;
            name = "process-" + bench.processes++;
            register = life.port(PoolRegister.class, bench.lasting.poolRegister());
            disk = pool("disk", files, ByteCount.of(4096));
            shelf = pool("shelf", files, null);
            jobs = new Jobs(
                    life.port(JobLog.class, bench.lasting.log()),
                    bench.lasting.transcripts,
                    bench.lasting.time,
                    bench.lasting.time,
                    name);
            rewrapping = new PoolRewrapping(
                    keys,
                    life.port(Catalog.class, bench.lasting.catalog()),
                    life.port(ImageCopies.class, bench.lasting.copies()),
                    register,
                    pool -> pool.equals("disk") ? disk : shelf,
                    Runnable::run);
        }

        private Pool pool(String pool, HostFiles files, @Nullable ByteCount section) {
            return new Pool(
                    new PoolSettings(pool, section, 1),
                    new FolderStore(files, bench.folder.resolve(pool), pool, ByteCount.ZERO, in -> new Instances() {
                        @Override
                        public String self() {
                            return name;
                        }

                        @Override
                        public boolean alive(String instance) {
                            return !bench.dead.contains(instance);
                        }
                    }),
                    register);
        }

        /** As a command does it. */
        void rewrap(String names) throws IOException, InterruptedException {
            JobRun job = bench.job(this, "rewrap " + name);
            try {
                rewrapping.rewrap(new BackupId(1), names, null, job);
            } catch (IOException | RuntimeException e) {
                job.fail(e);
                throw e;
            }
            job.end();
        }

        /** As the next start does it. */
        void settle() throws IOException, InterruptedException {
            disk.removeLeftovers();
            shelf.removeLeftovers();
            for (Obligation each : jobs.owed()) {
                assertThat(each.kind()).isEqualTo(PoolRewrapping.SETTLE);
                try (Transcript transcript = bench.lasting.transcripts.open(each.job())) {
                    rewrapping.settle(each.facts(), transcript);
                }
                bench.lasting.log().settle(each);
            }
        }

        void copy() throws IOException, InterruptedException {
            JobRun job = bench.job(this, "copy");
            new ImageCopying(bench.lasting.catalog(), bench.lasting.copies(), (backup, of) -> disk.read(backup.files()))
                    .copy(new BackupId(1), shelf, job);
            job.end();
        }

        PrunePlan plan() throws IOException {
            return new PoolPruning(disk, bench.lasting.catalog(), register, new ImageLineage(), bench.lasting.time)
                    .plan();
        }

        byte[] decrypted(Pool pool, List<PoolFile> files, KeyRing with) throws IOException {
            try (InputStream in = with.undo(pool.read(files), Runnable::run)) {
                return in.readAllBytes();
            }
        }
    }

    /** With the secrets of these keys alone. */
    private KeyRing only(List<String> ids) throws IOException {
        MemoryKeys some = new MemoryKeys();
        for (KeyEntry each : keys.list()) {
            if (ids.contains(each.keyIds().get(0))) {
                some.identities.put(each.name(), secrets.identities.get(each.name()));
            }
        }
        return new KeyRing(some, new SecureRandom());
    }

    private List<String> ids(String... names) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String name : names) {
            ids.addAll(keys.show(name).keyIds());
        }
        return ids;
    }

    /** Everybody who has all keys reads it, whatever is under way. */
    private void assertReadable(Bench bench, String where) throws IOException {
        Run reader = bench.process();
        assertThat(reader.decrypted(reader.disk, bench.backup().files(), keys))
                .as(where)
                .isEqualTo(PLAIN);
        for (ImageCopy copy : bench.copies()) {
            assertThat(reader.decrypted(reader.shelf, copy.files(), keys))
                    .as(where)
                    .isEqualTo(PLAIN);
        }
        assertThat(reader.plan().findings()).as(where).isEmpty();
    }

    /** Each key that the catalog names opens all of it alone, and nothing else is left. */
    private void assertSettled(Bench bench, String where) throws IOException {
        Backup backup = bench.backup();
        Run reader = bench.process();
        List<String> named = Layers.keyIds(backup.about().layers());
        assertThat(named).as(where).isNotEmpty();
        for (String each : named) {
            KeyRing alone = only(List.of(each));
            assertThat(reader.decrypted(reader.disk, backup.files(), alone))
                    .as(where)
                    .isEqualTo(PLAIN);
            for (ImageCopy copy : bench.copies()) {
                assertThat(reader.decrypted(reader.shelf, copy.files(), alone))
                        .as(where)
                        .isEqualTo(PLAIN);
            }
        }
        assertThat(backup.imageBytes())
                .as(where)
                .isEqualTo(backup.files().stream().mapToLong(PoolFile::bytes).sum());
        for (PoolFile file : backup.files()) {
            assertThat(reader.disk.label(file.path()).orElseThrow())
                    .as(where)
                    .satisfies(label ->
                            assertThat(label.layers()).isEqualTo(backup.about().layers()))
                    .satisfies(label -> assertThat(label.bytes()).isEqualTo(file.bytes()))
                    .satisfies(label -> assertThat(label.crc32c()).isEqualTo(file.crc32c()));
        }
        assertThat(reader.register.renewals()).as(where).isEmpty();
        assertThat(bench.lasting.log().owed()).as(where).isEmpty();
        for (String pool : List.of("disk", "shelf")) {
            for (String folder : List.of(".rewrap", ".incoming")) {
                Path left = bench.folder.resolve(pool).resolve(folder);
                if (Files.exists(left)) {
                    try (Stream<Path> there = Files.list(left)) {
                        assertThat(there).as(where).isEmpty();
                    }
                }
            }
        }
    }

    /** Made once for each test: sweeps want many of the same. */
    private Bench copied(String folder) throws IOException, InterruptedException {
        Path made = home.resolve("made");
        if (!Files.exists(made)) {
            try (Bench bench = new Bench(made)) {
                Run first = bench.process();
                bench.store(first.disk);
                first.copy();
            }
        }
        Path to = home.resolve(folder);
        try (Stream<Path> all = Files.walk(made)) {
            for (Path each : all.toList()) {
                // the bench makes those of its own
                if (!each.startsWith(made.resolve("data")) && !each.startsWith(made.resolve("journal"))) {
                    Files.copy(each, to.resolve(made.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Bench bench = new Bench(to);
        bench.processes = AS_MADE;
        return bench;
    }

    @Test
    @Tag("R5")
    void the_image_and_its_copies_are_opened_by_each_new_key_and_no_more_by_the_old_one() throws Exception {
        try (Bench bench = copied("bench")) {
            Backup before = bench.backup();
            assertThat(before.files()).hasSize(3);

            bench.process().rewrap("new,offsite");

            assertSettled(bench, "new keys");
            Backup after = bench.backup();
            assertThat(Layers.keyIds(after.about().layers())).isEqualTo(ids("new", "offsite"));
            assertThat(after.files().get(0).bytes())
                    .isGreaterThan(before.files().get(0).bytes());
            assertThat(after.files().get(1)).isEqualTo(before.files().get(1));
            Run reader = bench.process();
            KeyRing old = only(ids("old"));
            assertThatThrownBy(() -> reader.decrypted(reader.disk, after.files(), old))
                    .hasMessageStartingWith("SBG-K001");
            assertThatThrownBy(() ->
                            reader.decrypted(reader.shelf, bench.copies().get(0).files(), old))
                    .hasMessageStartingWith("SBG-K001");
            assertThat(new KeyNeeds(bench.lasting.catalog(), reader.register).closedTo(ids("new")))
                    .isEmpty();

            // a shorter header again, and one of the same length
            bench.process().rewrap("offsite");
            bench.process().rewrap("new");
            assertSettled(bench, "again");
        }
    }

    @Test
    @Tag("slow")
    @Tag("Q11")
    void a_death_at_one_of_some_calls_leaves_an_image_that_its_keys_open() throws Exception {
        sweep(FileFailureKind.CRASH, SOME);
        ports(Life.When.BEFORE, SOME);
        ports(Life.When.AFTER, SOME);
        settling(SOME);
    }

    @ParameterizedTest
    @EnumSource(
            value = FileFailureKind.class,
            names = {"CRASH", "IO_ERROR", "VANISHED"})
    @Tag("long")
    @Tag("Q15")
    void a_fault_at_every_call_on_the_pools_leaves_an_image_that_its_keys_open(FileFailureKind kind) throws Exception {
        sweep(kind, 1);
    }

    /** @param every so many calls, one is hit */
    private void sweep(FileFailureKind kind, int every) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth += every) {
            String where = kind + " at call " + nth;
            try (Bench bench = copied(kind + "-" + nth)) {
                FaultyFiles faulty = FaultyFiles.failing(bench.lasting.files, nth, kind);
                boolean acknowledged = dies(bench, new Run(bench, faulty, Life.unending()));
                through = faulty.calls() < nth;
                assertThat(acknowledged || faulty.fired()).as(where).isTrue();
                assertAfter(bench, acknowledged, where);
                if (nth % SOMETIMES == 0) {
                    assertGoesOn(bench, where);
                }
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    @ParameterizedTest
    @EnumSource(Life.When.class)
    @Tag("long")
    @Tag("Q11")
    void a_death_at_every_call_of_any_port_leaves_an_image_that_its_keys_open(Life.When when) throws Exception {
        ports(when, 1);
    }

    private void ports(Life.When when, int every) throws Exception {
        boolean through = false;
        for (int nth = 1; !through; nth += every) {
            try (Bench bench = copied(when + "-" + nth)) {
                Life life = Life.endingAt(nth, when);
                boolean acknowledged = dies(bench, new Run(bench, bench.lasting.files, life));
                through = !life.over();
                String where = when + " call " + nth + ", " + life.end();
                assertAfter(bench, acknowledged, where);
                assertGoesOn(bench, where);
            }
            assertThat(nth).isLessThan(MANY);
        }
    }

    /** @return whether it was done, and said so */
    private boolean dies(Bench bench, Run mortal) throws IOException, InterruptedException {
        boolean acknowledged = false;
        try {
            mortal.rewrap("new,offsite");
            acknowledged = true;
        } catch (SimulatedCrash | Life.Death | BackupException expected) {
            assertThat(expected).isNotNull();
        }
        bench.dead.add(mortal.name);
        return acknowledged;
    }

    private void assertAfter(Bench bench, boolean acknowledged, String where) throws IOException, InterruptedException {
        assertReadable(bench, where);
        boolean pending = !bench.lasting.poolRegister().renewals().isEmpty();
        KeyNeeds needs = new KeyNeeds(bench.lasting.catalog(), bench.lasting.poolRegister());
        if (pending) {
            assertThat(needs.closedTo(ids("new"))).as(where).hasSize(1);
            assertThat(needs.closedTo(ids("old"))).as(where).hasSize(1);
            assertThat(needs.closedTo(ids("old", "offsite"))).as(where).isEmpty();
        }
        bench.process().settle();
        assertSettled(bench, where);
        if (acknowledged || pending) {
            assertThat(Layers.keyIds(bench.backup().about().layers())).as(where).isEqualTo(ids("new", "offsite"));
        }
    }

    private void assertGoesOn(Bench bench, String where) throws IOException, InterruptedException {
        bench.process().rewrap("new");
        assertSettled(bench, where);
        assertThat(Layers.keyIds(bench.backup().about().layers())).as(where).isEqualTo(ids("new"));
    }

    @Test
    @Tag("long")
    @Tag("Q11")
    void whoever_settles_may_die_at_every_call_too() throws Exception {
        settling(1);
    }

    private void settling(int every) throws Exception {
        for (int at : List.of(2, 6)) {
            boolean through = false;
            for (int nth = 1; !through; nth += every) {
                String where = "after placing " + (at - 1) + " files, at call " + nth;
                try (Bench bench = copied("settle-" + at + "-" + nth)) {
                    dies(bench, new Run(bench, new Placing(bench.lasting.files, at).files(), Life.unending()));
                    assertThat(bench.lasting.poolRegister().renewals())
                            .as(where)
                            .hasSize(1);
                    FaultyFiles faulty = FaultyFiles.failing(bench.lasting.files, nth, FileFailureKind.CRASH);
                    Run settling = new Run(bench, faulty, Life.unending());
                    try {
                        settling.settle();
                    } catch (SimulatedCrash expected) {
                        assertThat(faulty.fired()).isTrue();
                    }
                    bench.dead.add(settling.name);
                    through = faulty.calls() < nth;
                    assertAfter(bench, false, where);
                }
                assertThat(nth).isLessThan(MANY);
            }
        }
    }

    /** Dies before so many files get their places. */
    private static final class Placing {
        private final HostFiles inner;
        private final int last;
        private int placed;

        Placing(HostFiles inner, int last) {
            this.inner = inner;
            this.last = last;
        }

        HostFiles files() {
            return (HostFiles) java.lang.reflect.Proxy.newProxyInstance(
                    HostFiles.class.getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, args) -> {
                        if (method.getName().equals("replace") && ++placed == last) {
                            throw new BackupException(
                                    io.saddlebag.host.FileFault.IO_ERROR, "the disk is gone", "This is a test.");
                        }
                        try {
                            return method.invoke(inner, args);
                        } catch (java.lang.reflect.InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    }

    @Test
    void half_of_it_stays_owed_and_readable_when_what_waits_is_gone() throws Exception {
        try (Bench bench = copied("bench")) {
            dies(bench, new Run(bench, new Placing(bench.lasting.files, 2).files(), Life.unending()));
            Path waits;
            try (Stream<Path> all = Files.walk(bench.folder.resolve("disk/.rewrap"))) {
                waits = all.filter(Files::isRegularFile).findFirst().orElseThrow();
            }
            Path elsewhere = Files.move(waits, bench.folder.resolve("elsewhere"));

            assertThatThrownBy(() -> bench.process().settle())
                    .hasMessageStartingWith("SBG-K009")
                    .hasMessageContaining("pool:disk/_none/image-1.3.tar.age");
            assertReadable(bench, "half");
            assertThatThrownBy(() -> bench.process().rewrap("offsite")).hasMessageContaining("SBG-K008");
            assertReadable(bench, "refused");

            Files.move(elsewhere, waits);
            bench.process().settle();
            assertSettled(bench, "brought back");
        }
    }

    @Test
    void nothing_changes_when_all_that_waits_is_gone() throws Exception {
        try (Bench bench = copied("bench")) {
            Backup before = bench.backup();
            dies(bench, new Run(bench, new Placing(bench.lasting.files, 1).files(), Life.unending()));
            try (Stream<Path> all = Files.walk(bench.folder.resolve("disk/.rewrap"))) {
                for (Path each : all.filter(Files::isRegularFile).toList()) {
                    Files.delete(each);
                }
            }

            bench.process().settle();

            assertSettled(bench, "as before");
            assertThat(bench.backup()).isEqualTo(before);
        }
    }

    @Test
    void readers_under_way_find_what_they_asked_for_or_what_took_its_place() throws Exception {
        for (String names : List.of("new", "new,offsite")) {
            try (Bench bench = copied("reading-" + names)) {
                Run reader = bench.process();
                List<PoolFile> asked = bench.backup().files();
                try (InputStream begun = keys.undo(reader.disk.read(asked), Runnable::run);
                        InputStream notBegun = keys.undo(reader.disk.read(asked), Runnable::run)) {
                    byte[] first = begun.readNBytes(10);
                    bench.process().rewrap(names);
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    all.write(first);
                    begun.transferTo(all);

                    assertThat(all.toByteArray()).isEqualTo(PLAIN);
                    assertThat(notBegun.readAllBytes()).isEqualTo(PLAIN);
                }
                assertThat(reader.decrypted(reader.disk, asked, keys)).isEqualTo(PLAIN);
                assertThat(reader.disk.isKnown(asked.get(0), 1, 1)).isFalse();
            }
        }
    }

    @Test
    @Tag("Q4")
    void readers_in_the_middle_of_a_file_find_it_behind_a_longer_header() throws Exception {
        try (Bench bench = new Bench(home.resolve("bench"))) {
            Run reader = bench.process();
            bench.store(reader.shelf);
            List<PoolFile> first = bench.backup().files().subList(0, 1);
            try (SeekableBytes begun = keys.seek(reader.shelf.seek(first).orElseThrow(), Runnable::run);
                    SeekableBytes notBegun = reader.shelf.seek(first).orElseThrow()) {
                bench.process().rewrap("new,offsite");

                try (InputStream in = begun.from(100)) {
                    assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(PLAIN, 100, FIRST_PART));
                }
                try (SeekableBytes late = keys.seek(notBegun, Runnable::run);
                        InputStream in = late.from(FIRST_PART - 1)) {
                    assertThat(late.length()).isEqualTo(FIRST_PART);
                    assertThat(in.readAllBytes()).containsExactly(PLAIN[FIRST_PART - 1]);
                }
            }
        }
    }

    @Test
    void a_changed_byte_is_still_found_and_never_becomes_a_truth() throws Exception {
        try (Bench bench = copied("bench")) {
            Path third = bench.folder
                    .resolve("disk")
                    .resolve(bench.backup().files().get(2).path());
            byte[] bytes = Files.readAllBytes(third);
            bytes[bytes.length - 1] ^= 1;
            Files.setPosixFilePermissions(third, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            Files.write(third, bytes);

            assertThatThrownBy(() -> bench.process().rewrap("new")).hasMessageStartingWith("SBG-Y004");

            assertThat(bench.lasting.log().owed()).isEmpty();
            assertThat(bench.lasting.poolRegister().renewals()).isEmpty();
            assertThat(bench.folder.resolve("disk/.rewrap")).doesNotExist();
            assertThat(Files.readAllBytes(third)).isEqualTo(bytes);
        }
    }

    @Test
    @Tag("C13")
    void what_gets_other_keys_is_not_removed_and_what_is_being_removed_gets_none() throws Exception {
        try (Bench bench = copied("bench")) {
            dies(bench, new Run(bench, new Placing(bench.lasting.files, 1).files(), Life.unending()));
            PoolRegister register = bench.lasting.poolRegister();

            assertThat(register.mark(new BackupId(1), register.beginRun(), "expired"))
                    .isFalse();
            assertThat(bench.backup().state()).isEqualTo(Backup.State.COMPLETE);

            bench.process().settle();
            Backup now = bench.backup();
            Renewal late = new Renewal(
                    now.id(),
                    now.about().layers(),
                    List.of(new Renewal.File(0, now.files().get(0))));
            assertThat(register.mark(now.id(), register.beginRun(), "expired")).isTrue();
            assertThat(register.renew(late, now, bench.copies())).contains("it is no complete backup any more");
            assertThatThrownBy(() -> bench.process().rewrap("old")).hasMessageStartingWith("SBG-C004");
            register.reinstated(now.id());
            assertSettled(bench, "reinstated");
        }
    }

    @Test
    void two_at_once_are_one_and_a_refusal() throws Exception {
        try (Bench bench = copied("bench")) {
            Backup read = bench.backup();
            bench.process().rewrap("new");
            Renewal late = new Renewal(
                    read.id(),
                    read.about().layers(),
                    List.of(new Renewal.File(0, read.files().get(0))));

            assertThat(bench.lasting.poolRegister().renew(late, read, bench.copies()))
                    .contains("its files are not those that were read, by now");
            assertSettled(bench, "the first");
        }
    }

    @Test
    @Tag("R5")
    void a_copy_of_what_it_was_before_is_not_kept() throws Exception {
        try (Bench bench = new Bench(home.resolve("bench"))) {
            Run process = bench.process();
            bench.store(process.disk);
            JobRun job = bench.job(process, "copy");

            assertThatThrownBy(() -> new ImageCopying(bench.lasting.catalog(), bench.lasting.copies(), (backup, of) -> {
                                byte[] asItWas;
                                try (InputStream in = process.disk.read(backup.files())) {
                                    asItWas = in.readAllBytes();
                                }
                                bench.process().rewrap("new");
                                return new ByteArrayInputStream(asItWas);
                            })
                            .copy(new BackupId(1), process.shelf, job))
                    .hasMessageStartingWith("SBG-C008");
            job.cancel();

            assertThat(process.shelf.files().list()).isEmpty();
            process.copy();
            assertSettled(bench, "copied again");
        }
    }

    @Test
    void a_header_that_lies_in_two_files_is_left_alone() throws Exception {
        try (Bench bench = new Bench(home.resolve("bench"))) {
            Run process = bench.process();
            bench.store(process.shelf);
            long first = bench.backup().files().get(0).bytes();
            Pool cut = new Pool(
                    new PoolSettings("disk", ByteCount.of(first + 20), 1), process.disk.files(), process.register);
            JobRun job = bench.job(process, "copy");
            new ImageCopying(
                            bench.lasting.catalog(),
                            bench.lasting.copies(),
                            (backup, of) -> process.shelf.read(backup.files()))
                    .copy(new BackupId(1), cut, job);

            assertThatThrownBy(() -> bench.process().rewrap("new"))
                    .hasMessageStartingWith("SBG-K008")
                    .hasMessageContaining("over into the next file");
            assertThat(bench.folder.resolve("disk/.rewrap")).doesNotExist();
            assertThat(Layers.keyIds(bench.backup().about().layers())).isEqualTo(ids("old"));
        }
    }

    @Test
    void a_key_whose_secret_is_elsewhere_is_warned_of_and_gets_it() throws Exception {
        try (Bench bench = copied("bench")) {
            String secret = secrets.identities.remove("new");
            Run process = bench.process();
            JobRun job = bench.job(process, "rewrap");
            process.rewrapping.rewrap(new BackupId(1), "new", null, job);

            assertThat(job.end().cause()).contains("this node can't read the image again");
            secrets.identities.put("new", secret);
            assertSettled(bench, "offsite");
        }
    }
}
