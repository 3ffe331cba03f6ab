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
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import io.saddlebag.scsi.FailoverTransport;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.Bay;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedChanger;
import io.saddlebag.scsi.memory.SimulatedTape;
import io.saddlebag.scsi.memory.TapeHabit;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.scsi.DriveOptions;
import io.saddlebag.tape.scsi.ScsiTapeDrive;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private final Map<String, SimulatedCartridge> cartridges = new TreeMap<>();
    private final Layout layout;
    private SimulatedTape.@Nullable Cleaner cleaner;
    private LongSupplier time = () -> 0;

    /** What a site is like. */
    record Layout(
            int slots,
            int drives,
            int blocks,
            List<String> barcodes,
            Set<TapeHabit> habits,
            DriveOptions options,
            long seed) {
        static Layout of(int blocks, String... barcodes) {
            return new Layout(barcodes.length + 2, 1, blocks, List.of(barcodes), Set.of(), DriveOptions.DEFAULT, 1);
        }

        Layout drives(int count) {
            return new Layout(slots, count, blocks, barcodes, habits, options, seed);
        }

        Layout seed(long chance) {
            return new Layout(slots, drives, blocks, barcodes, habits, options, chance);
        }

        Layout like(Set<TapeHabit> others, DriveOptions with) {
            return new Layout(slots, drives, blocks, barcodes, others, with, seed);
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
     */
    record Visitor(String name, Waiter waiter, DeviceLocks locks, VolumeRegister register, boolean ownSession) {}

    Program open(String name) throws IOException {
        return open(new Visitor(name, new QuickWaiter(), locks, register, false));
    }

    Program open(String name, BlockSize blocks) throws IOException {
        return open(new Visitor(name, new QuickWaiter(), locks, register, false), blocks);
    }

    Program open(Visitor visitor) throws IOException {
        return open(visitor, Tapes.FOUR);
    }

    private Program open(Visitor visitor, BlockSize blocks) throws IOException {
        List<Closeable> opened = new ArrayList<>();
        boolean done = false;
        try {
            FailoverTransport robot =
                    FailoverTransport.open("library", List.of(Wire.to(changer, visitor.name, traffic)), CHANGER_SERIAL);
            opened.add(robot);
            List<LibraryDrive> drives = new ArrayList<>();
            for (SimulatedTape tape : tapes) {
                String serial = "SIM" + tape.name();
                ScsiTransport device = visitor.ownSession ? tape.session() : tape;
                FailoverTransport way =
                        FailoverTransport.open(tape.name(), List.of(Wire.to(device, visitor.name, traffic)), serial);
                opened.add(way);
                TapeDrive drive = ScsiTapeDrive.open(tape.name(), way, visitor.waiter, layout.options);
                drives.add(new LibraryDrive(drive, serial, null, Element.drive(drives.size() + 1)));
            }
            ScsiLibrary library = ScsiLibrary.open(new ScsiLibrary.Parts(
                    "lib", robot, CHANGER_SERIAL, drives, visitor.locks, visitor.waiter, ScsiLibrary.Probing.REFUSED));
            done = true;
            return new Program(library, visitor, blocks);
        } finally {
            if (!done) {
                for (Closeable each : opened) {
                    each.close();
                }
            }
        }
    }

    /** A process with the library open. */
    final class Program implements Closeable {
        final ScsiLibrary plain;
        final CleaningLibrary library;
        final TapeStore store;

        private Program(ScsiLibrary plain, Visitor visitor, BlockSize blocks) {
            this.plain = plain;
            Consumer<String> say = note -> notes.add(visitor.name + ": " + note);
            Cleaning cleaner = new Cleaning(plain, cleaning, Cleaning.Settings.STANDARD, say, clock, visitor.waiter);
            this.library = new CleaningLibrary(plain, cleaner);
            Attendants attendants = new Attendants(OperatorDesk.UNATTENDED, FoundImages.LEFT_ALONE, say);
            this.store = new TapeStore(library, visitor.register, attendants, clock, blocks);
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
            try (InputStream in = store.read(image.image().imageId(), image.sections())) {
                return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }

        /** Ends it as its end of life does: the cartridge stays in the drive. */
        @Override
        public void close() throws IOException {
            try (library) {
                store.close();
            }
        }

        /** The process dies: locks are free, and nothing is sent any more. */
        void dies() throws IOException {
            store.close();
        }
    }
}
