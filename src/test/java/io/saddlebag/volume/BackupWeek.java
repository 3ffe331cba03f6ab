package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.ImageLineage;
import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.catalog.NewBackup;
import io.saddlebag.fault.BackupException;
import io.saddlebag.journal.ChainBreaking;
import io.saddlebag.keeping.KeptVolumes;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.memory.MemoryLibrary;
import io.saddlebag.library.memory.RobotFault;
import io.saddlebag.media.Expiry;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeId;
import io.saddlebag.pool.Chains;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.DriveFault;
import io.saddlebag.tape.memory.Fault;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.LtoModel;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.PowerFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A site's week, drawn from a seed: two programs write to one library with two drives, devices fail, people move cartridges,
 * the clock is put back, the power fails. Some backups are made on top of others, some are of a database with journals. After every
 * event, whatever was acknowledged and has not expired stands on its cartridge as it was written; so does what that is based on, and
 * so do the journals that it is rolled forward with, expired or not.
 */
final class BackupWeek {
    private static final String SOURCE = "journal.source";
    private static final String PARENT = "parent";
    private static final int CARTRIDGES = 20;
    private static final int EXTRA_SLOTS = 8;
    private static final int MOST_REPEATS = 4;
    private static final int LONGEST_IMAGE = 120;
    private static final int CALLS_TO_A_FAULT = 60;
    /** A block stands for so much: an image of 30 blocks takes minutes. */
    private static final long BYTES_PER_OBJECT = 1_000_000_000;

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final MediaFamily NIGHTLY =
            new MediaFamily("nightly", Duration.ofDays(1), Duration.ofDays(1), MediaFamily.Expiration.TIME);
    /** For what outlives what it needs. */
    private static final MediaFamily WEEKLY =
            new MediaFamily("weekly", Duration.ofDays(1), Duration.ofDays(2), MediaFamily.Expiration.TIME);

    private static final MediaFamily ARCHIVE =
            new MediaFamily("archive", Duration.ofDays(30), null, MediaFamily.Expiration.TIME);

    private static final List<Fault> FAULTS;

    static {
        List<Fault> all = new ArrayList<>(List.of(DriveFault.values()));
        all.addAll(List.of(
                RobotFault.SOURCE_EMPTY,
                RobotFault.JAMMED,
                RobotFault.ROBOT_ERROR,
                RobotFault.RESERVED,
                RobotFault.INVENTORY_CHANGED,
                RobotFault.POWER_LOSS_BEFORE,
                RobotFault.POWER_LOSS_DURING,
                RobotFault.POWER_LOSS_AFTER,
                RobotFault.DOOR_OPEN));
        FAULTS = Collections.unmodifiableList(all);
    }

    /** What was promised: these objects, there, until then. */
    private record Promise(Backup backup, StoredImage image, String data, Instant until, List<Slice> slices) {
        boolean isOfDatabase() {
            return backup.about().database() != null;
        }

        boolean isOfJournals() {
            return backup.about().facts().containsKey(SOURCE);
        }

        @Nullable
        String parent() {
            return backup.about().facts().get(PARENT);
        }
    }

    /** What was closed after a backup of the database had begun brings it forward. */
    private static final class LaterJournals implements Chains {
        @Override
        public @Nullable String keeps(Backup expired, Collection<Backup> staying) {
            boolean needed = expired.about().facts().containsKey(SOURCE)
                    && staying.stream()
                            .anyMatch(each ->
                                    each.about().database() != null && each.id().compareTo(expired.id()) < 0);
            return needed ? "a backup is rolled forward with its journals" : null;
        }

        @Override
        public boolean isGivenUp(Backup backup) {
            return false;
        }
    }

    /** A section on a cartridge, from its label to its last block. */
    private record Slice(MemoryCartridge cartridge, int from, int to, List<String> objects) {}

    private final long seed;
    private final Random chance;
    private final FaultPlan plan;
    private final Tapes.TestClock clock = new Tapes.TestClock();
    private final WeekCatalog catalog = new WeekCatalog();
    private final MemoryVolumeRegister register =
            new MemoryVolumeRegister().with(NIGHTLY).with(WEEKLY).with(ARCHIVE).telling(catalog::lost);
    private final Dependents dependents = new KeptVolumes(new KeptVolumes.Parts(
            catalog, register, new ImageLineage(), LaterJournals::new, unasked -> nobody(), clock));
    private final MemoryLibrary library;
    private final List<TapeStore> programs = new ArrayList<>();
    private final List<MemoryCartridge> outside = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();
    private final Map<VolumeId, String> cartridgeOf = new HashMap<>();
    private final List<String> history = new ArrayList<>();
    private Instant latest = clock.instant();
    private int images;
    private int failures;
    private int overwritten;
    private int heldBack;

    BackupWeek(long seed) {
        this.seed = seed;
        this.chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L);
        this.plan = FaultPlan.seeded(seed);
        LtoModel[] models = LtoModel.values();
        LtoModel model = models[(int) (seed % models.length)];
        String[] barcodes = new String[CARTRIDGES];
        for (int i = 0; i < CARTRIDGES; i++) {
            barcodes[i] = "A" + (i + 1);
        }
        this.library = MemoryLibrary.named("site")
                .slots(CARTRIDGES + EXTRA_SLOTS)
                .drives(2)
                .mailSlots(2)
                .cartridges(barcodes)
                .capacity(Capacity.ofBlocks(60, Tapes.MARGIN))
                .faults(plan)
                .timed(model, BYTES_PER_OBJECT, this::passes)
                .build();
        programs.add(program());
        programs.add(program());
    }

    private void passes(Duration time) {
        clock.passes(time);
        latest = latest.isBefore(clock.instant()) ? clock.instant() : latest;
    }

    private static ChainBreaking nobody() {
        throw new AssertionError("nobody breaks a chain here");
    }

    private void noted(String line) {
        history.add(line);
        if (line.contains("is needed: ") || line.contains("is still needed: ")) {
            heldBack++;
        }
    }

    private TapeStore program() {
        Attendants attendants =
                new Attendants(what -> OperatorDesk.UNATTENDED.needVolume(what), FoundImages.LEFT_ALONE, this::noted);
        return new TapeStore(library, register, dependents, attendants, clock, Tapes.FOUR);
    }

    /** Plays it, on drives of any generation: what takes hours there takes simulated hours. */
    void run() throws IOException, InterruptedException {
        plan.often(CALLS_TO_A_FAULT, FAULTS);
        Instant end = clock.instant().plus(WEEK);
        while (latest.isBefore(end)) {
            passes(HOUR);
            event();
            check();
        }
        repair();
        plan.stop();
        outside.forEach(this::bringBack);
        outside.clear();
        check();
        verifyAll();
        bringBack(new MemoryCartridge("NEW", Capacity.ofBlocks(LONGEST_IMAGE, Tapes.MARGIN)));
        repeatUntilDone();
    }

    /** Each cartridge that was spoilt may fail one more backup, and none a second time. */
    private void repeatUntilDone() throws IOException, InterruptedException {
        for (int repeat = 1; ; repeat++) {
            try {
                backUp(0);
                return;
            } catch (BackupException e) {
                history.add(e.getMessage());
                assertThat(repeat).as("repeats, %s", context()).isLessThan(MOST_REPEATS);
            }
        }
    }

    int acknowledged() {
        return promises.size() + overwritten;
    }

    int failures() {
        return failures;
    }

    /** Backups that expired and were written over. */
    int overwritten() {
        return overwritten;
    }

    /** Times that a volume was passed over, or an operator refused, since something else needed it. */
    int heldBack() {
        return heldBack;
    }

    String context() {
        int last = Math.max(0, history.size() - 12);
        return "seed " + seed + ", " + plan.struck().size() + " faults; last " + history.subList(last, history.size());
    }

    private void event() throws IOException, InterruptedException {
        int draw = chance.nextInt(100);
        try {
            if (draw < 55) {
                backUp(chance.nextInt(programs.size()));
            } else if (draw < 70) {
                verifyOne(chance.nextInt(programs.size()));
            } else if (draw < 78) {
                somebodyMoves(chance.nextBoolean());
            } else if (draw < 84) {
                carryOut();
            } else if (draw < 90 && !outside.isEmpty()) {
                bringBack(outside.remove(chance.nextInt(outside.size())));
            } else if (draw < 92) {
                history.add("clock back");
                clock.passes(HOUR.negated());
            } else if (draw < 96) {
                library.powerLoss(chance.nextLong());
                repair();
            } else if (draw < 98) {
                giveBackSuspects();
            } else {
                restart();
            }
        } catch (BackupException e) {
            failed(e.getMessage());
        } catch (PowerFailure e) {
            failed("power failure");
            repair();
        }
    }

    private void failed(String why) {
        failures++;
        noted(why);
    }

    private void backUp(int program) throws IOException, InterruptedException {
        images++;
        String id = "image" + images;
        NewBackup about = about(id);
        String family = family(about);
        String data = Tapes.letters(1 + chance.nextInt(LONGEST_IMAGE));
        history.add("program " + program + " writes " + id + " of " + data.length() + " for " + family);
        BackupId number = catalog.written(about);
        boolean done = false;
        try {
            StoredImage stored = programs.get(program)
                    .append(
                            Tapes.image(id),
                            family,
                            new ByteArrayInputStream(data.getBytes(StandardCharsets.US_ASCII)),
                            ProgressListener.SILENT);
            promises.add(promise(catalog.complete(number, stored, clock.instant()), stored, data));
            done = true;
        } finally {
            if (!done) {
                catalog.abandon(number, "failed");
            }
        }
    }

    /** A third is of a database and its journals, a third on top of something, if there is anything to build on. */
    private NewBackup about(String image) {
        int draw = chance.nextInt(6);
        Map<String, String> facts = new HashMap<>();
        if (draw == 1) {
            facts.put(SOURCE, "ledger");
        } else if (draw < 4 && draw > 1) {
            promises.stream()
                    .filter(each -> holds(each) && !each.isOfDatabase() && !each.isOfJournals())
                    .reduce((older, newer) -> newer)
                    .ifPresent(
                            newest -> facts.put(PARENT, newest.image().image().imageId()));
        }
        String name = draw == 0 ? "orders" : draw == 1 ? "ledger.journal" : "tree";
        return new NewBackup(
                image,
                name,
                draw == 0 ? "orders" : null,
                "nightly/1",
                "chicago",
                clock.instant(),
                "NONE",
                List.of("tar"),
                facts);
    }

    /** What needs others is never for ever: a week's library is too small for that. */
    private String family(NewBackup about) {
        int draw = chance.nextInt(8);
        if (about.database() != null || about.facts().containsKey(PARENT)) {
            return draw < 4 ? WEEKLY.name() : NIGHTLY.name();
        }
        return draw == 0 ? ARCHIVE.name() : NIGHTLY.name();
    }

    private Promise promise(Backup backup, StoredImage stored, String data) {
        Instant until = Instant.MAX;
        List<Slice> slices = new ArrayList<>();
        for (StoredSection section : stored.sections()) {
            Volume volume = register.find(section.volume()).orElseThrow();
            String barcode = Objects.requireNonNull(volume.barcode()).value();
            assertThat(cartridgeOf.merge(volume.id(), barcode, (old, now) -> old))
                    .as("one volume id on two cartridges, %s", context())
                    .isEqualTo(barcode);
            MemoryCartridge cartridge = library.cartridge(barcode);
            int from = Math.toIntExact(section.label().value());
            int to = Math.toIntExact(section.data().value() + section.blocks());
            slices.add(new Slice(cartridge, from, to, objects(cartridge, from, to)));
            until = volume.expires() != null && volume.expires().isBefore(until) ? volume.expires() : until;
        }
        return new Promise(backup, stored, data, until, slices);
    }

    private static List<String> objects(MemoryCartridge cartridge, int from, int to) {
        String[] all = cartridge.drawing().split("\\|", -1);
        return List.of(all).subList(Math.min(from, all.length), Math.min(to, all.length));
    }

    private boolean holds(Promise promise) {
        return latest.isBefore(promise.until());
    }

    /** Images that what is kept is based on, directly or not. */
    private Set<String> bases() {
        Map<String, String> parents = new HashMap<>();
        promises.forEach(each -> {
            if (each.parent() != null) {
                parents.put(each.image().image().imageId(), each.parent());
            }
        });
        Set<String> bases = new HashSet<>();
        for (Promise kept : promises) {
            String at = holds(kept) ? kept.parent() : null;
            while (at != null && bases.add(at)) {
                at = parents.get(at);
            }
        }
        return bases;
    }

    /** The oldest kept backup of the database: all journals since are needed. */
    private long firstOfDatabase() {
        return promises.stream()
                .filter(each -> each.isOfDatabase() && holds(each))
                .mapToLong(each -> each.backup().id().value())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Looks at the cartridges themselves, past all of the code under test. */
    private void check() {
        Set<String> bases = bases();
        long first = firstOfDatabase();
        for (Promise promise : List.copyOf(promises)) {
            boolean needed = bases.contains(promise.image().image().imageId())
                    || (promise.isOfJournals() && promise.backup().id().value() > first);
            for (Slice slice : promise.slices()) {
                boolean there =
                        objects(slice.cartridge(), slice.from(), slice.to()).equals(slice.objects());
                if (!there && !holds(promise) && !needed) {
                    promises.remove(promise);
                    overwritten++;
                    break;
                }
                assertThat(there)
                        .as(
                                "%s on %s, kept until %s, needed %s, is there at %s; %s",
                                promise.image().image().imageId(),
                                slice.cartridge().barcode(),
                                promise.until(),
                                needed,
                                clock.instant(),
                                context())
                        .isTrue();
            }
        }
    }

    private void verifyOne(int program) throws IOException {
        List<Promise> valid = promises.stream().filter(this::holds).toList();
        if (!valid.isEmpty()) {
            Promise promise = valid.get(chance.nextInt(valid.size()));
            history.add(
                    "program " + program + " reads " + promise.image().image().imageId());
            assertThat(read(programs.get(program), promise)).as(context()).isEqualTo(promise.data());
        }
    }

    private void verifyAll() throws IOException {
        for (Promise promise : promises) {
            if (holds(promise)) {
                assertThat(read(programs.get(0), promise)).as(context()).isEqualTo(promise.data());
            }
        }
    }

    private static String read(TapeStore store, Promise promise) throws IOException {
        try (InputStream in =
                store.read(promise.image().image().imageId(), promise.image().sections())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private List<ElementStatus> shelves(boolean full) {
        // not a call to the robot: people use their eyes
        return library.seen().stream()
                .filter(e -> e.element().kind() == ElementKind.SE && e.full() == full)
                .toList();
    }

    private void somebodyMoves(boolean noticed) {
        List<ElementStatus> full = shelves(true);
        List<ElementStatus> free = shelves(false);
        if (!full.isEmpty() && !free.isEmpty()) {
            Element from = full.get(chance.nextInt(full.size())).element();
            Element to = free.get(chance.nextInt(free.size())).element();
            history.add("somebody moves " + from + " to " + to);
            if (noticed) {
                library.operatorMoves(from, to);
            } else {
                library.operatorMovesUnseen(from, to);
            }
        }
    }

    private void carryOut() {
        List<ElementStatus> full = shelves(true);
        if (full.size() > CARTRIDGES / 2) {
            Element from = full.get(chance.nextInt(full.size())).element();
            history.add("somebody takes " + from + " away");
            outside.add(library.operatorTakes(from));
        }
    }

    private void bringBack(MemoryCartridge cartridge) {
        List<ElementStatus> free = shelves(false);
        Element to = free.get(chance.nextInt(free.size())).element();
        history.add("somebody brings " + cartridge.barcode() + " to " + to);
        library.operatorPuts(cartridge, to);
    }

    /** The workshop: what is broken is mended, and the programs start again. */
    private void repair() throws IOException {
        history.add("repair");
        plan.stop();
        library.powerOn();
        library.closeDoor();
        restart();
        plan.often(CALLS_TO_A_FAULT, FAULTS);
    }

    private void giveBackSuspects() throws IOException {
        VolumeOperations operations = new VolumeOperations(library, register, dependents, history::add, clock);
        for (Volume volume : register.volumes()) {
            boolean done = Expiry.hasPassed(volume.expires(), clock.instant());
            if (volume.state() == Volume.State.SUSPECT && done) {
                history.add("somebody gives back " + volume.id());
                operations.reuse(volume.id(), volume.owner(), Overwrite.NOTHING_VALID);
            }
        }
    }

    private void restart() throws IOException {
        for (int i = 0; i < programs.size(); i++) {
            programs.get(i).close();
            programs.set(i, program());
        }
    }
}
