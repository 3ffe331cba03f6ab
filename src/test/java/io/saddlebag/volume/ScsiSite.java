package io.saddlebag.volume;

import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.scsi.HeapLocks;
import io.saddlebag.library.scsi.LibraryDrive;
import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.library.scsi.ScsiLibrary;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import io.saddlebag.scsi.FailoverTransport;
import io.saddlebag.scsi.PersistentClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ReservationType;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.Bay;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedChanger;
import io.saddlebag.scsi.memory.SimulatedReservations;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import io.saddlebag.workbench.Life;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A robot and drives that speak SCSI in memory, command by command, and programs that reach them over wires of their own as
 * the composed program does. Blocks have 4 bytes.
 */
final class ScsiSite {
    static final String CHANGER_SERIAL = "LIB0001";
    /** Room behind early warning. */
    static final int MARGIN = 30;

    final Traffic traffic = new Traffic();
    final MemoryVolumeRegister register;
    final MemoryCleaningLog cleaning = new MemoryCleaningLog();
    final Tapes.TestClock clock = new Tapes.TestClock();
    final HeapLocks locks = new HeapLocks();
    final List<SimulatedTape> tapes = new ArrayList<>();
    final SimulatedChanger changer;
    final List<String> notes = new ArrayList<>();
    /** What stood behind what the register knew. */
    final List<FoundSection> found = new ArrayList<>();

    private final Map<String, SimulatedReservations> reservations = new HashMap<>();
    private final Map<String, SimulatedCartridge> cartridges = new TreeMap<>();
    private final Layout layout;
    private SimulatedTape.@Nullable Cleaner cleaner;
    private LongSupplier time = () -> 0;
    private int opened;

    /**
     * What a site is like.
     *
     * @param shared programs reserve its devices for their host
     */
    record Layout(
            int slots,
            int drives,
            int blocks,
            List<String> barcodes,
            Set<TapeHabit> habits,
            DriveOptions options,
            boolean shared,
            long seed) {
        static Layout of(int blocks, String... barcodes) {
            return new Layout(
                    barcodes.length + 2, 1, blocks, List.of(barcodes), Set.of(), DriveOptions.DEFAULT, false, 1);
        }

        Layout drives(int count) {
            return new Layout(slots, count, blocks, barcodes, habits, options, shared, seed);
        }

        Layout seed(long chance) {
            return new Layout(slots, drives, blocks, barcodes, habits, options, shared, chance);
        }

        Layout like(Set<TapeHabit> others, DriveOptions with) {
            return new Layout(slots, drives, blocks, barcodes, others, with, shared, seed);
        }

        Layout sharedByHosts() {
            return new Layout(slots, drives, blocks, barcodes, habits, options, true, seed);
        }
    }

    ScsiSite(Layout layout, MemoryVolumeRegister register, ChangerPlan.Habit... habits) {
        this.layout = layout;
        this.register = register;
        ChangerPlan plan =
                ChangerPlan.ofSlots(layout.slots, 1).seed(layout.seed).habits(habits);
        for (int i = 1; i <= layout.drives; i++) {
            SimulatedTape tape = new SimulatedTape("drive" + i, layout.seed + i, layout.habits).slowLoads(1);
            tapes.add(tape);
            plan.drive("SIMdrive" + i, new TapeBay(tape));
        }
        changer = plan.media(layout.barcodes.toArray(String[]::new)).build();
        reservations.put(changer.name(), SimulatedReservations.of(changer));
        tapes.forEach(tape -> reservations.put(tape.name(), SimulatedReservations.of(tape)));
    }

    /** How drives clean themselves from now on. */
    void cleaner(SimulatedTape.Cleaner how, LongSupplier nanos) {
        cleaner = how;
        time = nanos;
    }

    /** Whatever is brought to the drive of a bay is a cartridge. */
    private final class TapeBay implements Bay {
        private final SimulatedTape tape;

        TapeBay(SimulatedTape tape) {
            this.tape = tape;
        }

        /** Unless it was said how drives clean themselves, they are done at once, and hold the cartridge no longer. */
        @Override
        public void insert(String medium) {
            if (!new Barcode(medium).isCleaning()) {
                tape.insert(cartridge(medium));
                return;
            }
            SimulatedTape.Cleaner how = cleaner;
            if (how != null) {
                tape.clean(how, time);
            }
        }

        @Override
        public void remove() {
            if (tape.cartridge().isPresent()) {
                tape.remove();
            }
            if (tape.hasCleaner()) {
                tape.removeCleaner();
            }
        }

        @Override
        public boolean releases() {
            return !tape.isLoaded();
        }
    }

    SimulatedCartridge cartridge(String barcode) {
        return cartridges.computeIfAbsent(barcode, b -> SimulatedCartridge.ofBlocks(b, layout.blocks, MARGIN));
    }

    SimulatedTape tape(int number) {
        return tapes.get(number - 1);
    }

    /** What is on each cartridge, by barcode. */
    Map<String, String> drawings() {
        Map<String, String> all = new TreeMap<>();
        for (String barcode : layout.barcodes) {
            all.put(barcode, cartridge(barcode).drawing());
        }
        return all;
    }

    /** The mains fail and come back: what drives had in their buffers only is lost. */
    void powerCycle() {
        tapes.forEach(SimulatedTape::powerLoss);
        reservations.values().forEach(SimulatedReservations::powerLoss);
    }

    /** Ways that are registered with any of the devices. */
    List<String> registrations() {
        return reservations.values().stream()
                .flatMap(each -> each.registrations().keySet().stream())
                .toList();
    }

    /** Somebody else's cartridge: data without any label. */
    void writeForeign(String barcode) throws IOException {
        SimulatedTape writer = new SimulatedTape("elsewhere", 1, Set.of()).insert(cartridge(barcode));
        try (TapeDrive drive = ScsiTapeDrive.open("elsewhere", writer, new QuickWaiter(), DriveOptions.DEFAULT)) {
            drive.load();
            TapeDrawing.write(drive, "tar1|tar2|#");
            drive.unload();
        }
    }

    /** People put the robot right: its door is shut, its scanner clean, and what somebody took away is back. */
    void repair() {
        changer.doorOpen(false);
        layout.barcodes.forEach(barcode -> changer.misread(barcode, barcode));
        ElementRange slots = changer.addresses().storage();
        Deque<Integer> free = new ArrayDeque<>();
        Set<String> inside = new HashSet<>();
        for (ElementType type : ElementType.values()) {
            ElementRange range = changer.addresses().of(type);
            for (int at = range.first(); at < range.first() + range.count(); at++) {
                changer.mediumAt(at).ifPresent(inside::add);
            }
        }
        for (int at = slots.first(); at < slots.first() + slots.count(); at++) {
            if (changer.mediumAt(at).isEmpty()) {
                free.add(at);
            }
        }
        for (String barcode : layout.barcodes) {
            if (!inside.contains(barcode)) {
                changer.operatorPuts(barcode, free.remove());
            }
        }
    }

    /**
     * Who comes to use the site.
     *
     * @param ownSession drives tell it their news apart from others, as targets of iSCSI do
     * @param life counts calls of the register; when it is over, nothing is called or sent any more
     */
    record Visitor(
            String name, Waiter waiter, DeviceLocks locks, VolumeRegister register, boolean ownSession, Life life) {
        Visitor(String name, Waiter waiter, DeviceLocks locks, VolumeRegister register, boolean ownSession) {
            this(name, waiter, locks, register, ownSession, Life.unending());
        }
    }

    Program open(String name) throws IOException {
        return open(name, Life.unending());
    }

    Program open(String name, Life life) throws IOException {
        return open(new Visitor(name, new QuickWaiter(), locks, register, false, life));
    }

    Program open(String name, BlockSize blocks) throws IOException {
        return open(new Visitor(name, new QuickWaiter(), locks, register, false), blocks);
    }

    Program open(Visitor visitor) throws IOException {
        return open(visitor, Tapes.FOUR);
    }

    private Program open(Visitor visitor, BlockSize blocks) throws IOException {
        MortalLocks held = new MortalLocks(visitor.locks, visitor.life);
        Ways ways = new Ways(visitor, ++opened);
        boolean done = false;
        try {
            FailoverTransport robot = ways.to(changer, changer.name(), CHANGER_SERIAL);
            List<LibraryDrive> drives = new ArrayList<>();
            for (SimulatedTape tape : tapes) {
                String serial = "SIM" + tape.name();
                FailoverTransport way = ways.to(visitor.ownSession ? tape.session() : tape, tape.name(), serial);
                DeviceClaim claim = ways.claim(tape.name(), way, ReservationType.EXCLUSIVE_ACCESS);
                TapeDrive drive = ScsiTapeDrive.open(tape.name(), way, visitor.waiter, layout.options, claim);
                drives.add(new LibraryDrive(drive, serial, null, Element.drive(drives.size() + 1), claim));
            }
            DeviceClaim ofRobot = ways.claim(changer.name(), robot, ReservationType.WRITE_EXCLUSIVE);
            ScsiLibrary library = ScsiLibrary.open(new ScsiLibrary.Parts(
                    "lib", robot, CHANGER_SERIAL, ofRobot, drives, held, visitor.waiter, ScsiLibrary.Probing.REFUSED));
            done = true;
            return new Program(library, visitor, held, blocks);
        } finally {
            if (!done && visitor.life.over()) {
                held.giveBack();
            } else if (!done) {
                ways.close();
            }
        }
    }

    /** Of one process to the devices. */
    private final class Ways {
        private final Visitor visitor;
        private final int pid;
        private final Life life;
        private final List<Closeable> opened = new ArrayList<>();

        Ways(Visitor visitor, int pid) {
            this.visitor = visitor;
            this.pid = pid;
            this.life = Life.endingWith(visitor.life::over);
        }

        FailoverTransport to(ScsiTransport device, String name, String serial) throws IOException {
            ScsiTransport reached = layout.shared ? reservations.get(name).from(visitor.name + " " + pid) : device;
            FailoverTransport way =
                    FailoverTransport.open(name, List.of(Wire.to(reached, name, visitor.name, traffic, life)), serial);
            opened.add(way);
            return way;
        }

        DeviceClaim claim(String device, ScsiTransport way, ReservationType type) {
            return layout.shared
                    ? new PersistentClaim(device, way, ReservationKey.of("chicago", pid), type, visitor.waiter)
                    : DeviceClaim.UNSHARED;
        }

        void close() throws IOException {
            for (Closeable each : opened) {
                each.close();
            }
        }
    }

    /** Those of one process, which the kernel gives back when it dies, and nobody before that. */
    private static final class MortalLocks implements DeviceLocks {
        private final DeviceLocks kernel;
        private final Life life;
        private final Set<Held> held = new HashSet<>();

        MortalLocks(DeviceLocks kernel, Life life) {
            this.kernel = kernel;
            this.life = life;
        }

        @Override
        public Optional<Held> tryTake(String device) throws IOException {
            requireAlive();
            return kernel.tryTake(device).map(this::kept);
        }

        @Override
        public Held take(String device) throws IOException, InterruptedException {
            requireAlive();
            return kept(kernel.take(device));
        }

        @Override
        public String holder(String device) {
            return kernel.holder(device);
        }

        private void requireAlive() {
            if (life.over()) {
                throw life.die();
            }
        }

        private Held kept(Held lock) {
            held.add(lock);
            return () -> {
                if (!life.over()) {
                    held.remove(lock);
                    lock.close();
                }
            };
        }

        void giveBack() throws IOException {
            for (Held each : held) {
                each.close();
            }
            held.clear();
        }
    }

    /** A process with the library open. */
    final class Program implements Closeable {
        final ScsiLibrary plain;
        final CleaningLibrary library;
        final TapeStore store;

        private final Life life;
        private final MortalLocks held;

        private Program(ScsiLibrary plain, Visitor visitor, MortalLocks held, BlockSize blocks) {
            this.plain = plain;
            this.life = visitor.life;
            this.held = held;
            Consumer<String> say = note -> notes.add(visitor.name + ": " + note);
            CleaningLog log = Life.endingWith(life::over).port(CleaningLog.class, cleaning);
            Cleaning cleaner = new Cleaning(plain, log, Cleaning.Settings.STANDARD, say, clock, visitor.waiter);
            this.library = new CleaningLibrary(plain, cleaner);
            Attendants attendants =
                    new Attendants(OperatorDesk.UNATTENDED, (volume, sections) -> found.addAll(sections), say);
            VolumeRegister known = life.port(VolumeRegister.class, visitor.register);
            this.store = new TapeStore(library, known, Dependents.NONE, attendants, clock, blocks);
        }

        StoredImage append(String id, @Nullable String family, String data, ProgressListener progress)
                throws IOException, InterruptedException {
            return append(id, family, new ByteArrayInputStream(data.getBytes(StandardCharsets.US_ASCII)), progress);
        }

        StoredImage append(String id, @Nullable String family, InputStream data, ProgressListener progress)
                throws IOException, InterruptedException {
            return store.append(Tapes.image(id), family, data, progress);
        }

        StoredImage append(String id, @Nullable String family, String data) throws IOException, InterruptedException {
            return append(id, family, data, ProgressListener.SILENT);
        }

        String read(StoredImage image) throws IOException {
            return read(image.image().imageId(), image.sections());
        }

        String read(String id, List<StoredSection> sections) throws IOException {
            try (InputStream in = store.read(id, sections)) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }

        /**
         * Ends it as its end of life does: the cartridge stays in the drive. A process that died has its locks taken away,
         * and sends nothing.
         */
        @Override
        public void close() throws IOException {
            try {
                if (!life.over()) {
                    end();
                }
            } finally {
                if (life.over()) {
                    held.giveBack();
                }
            }
        }

        private void end() throws IOException {
            try (library) {
                store.close();
            }
        }
    }
}
