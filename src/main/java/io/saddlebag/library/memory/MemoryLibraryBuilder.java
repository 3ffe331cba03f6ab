package io.saddlebag.library.memory;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockLimits;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.memory.Capacity;
import io.saddlebag.tape.memory.FaultPlan;
import io.saddlebag.tape.memory.LtoModel;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import io.saddlebag.tape.memory.TimedDrive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Sets a {@link MemoryLibrary} up. */
public final class MemoryLibraryBuilder {
    private final String name;
    private final List<String> barcodes = new ArrayList<>();
    private final List<MemoryCartridge> cartridges = new ArrayList<>();
    private int slots = 10;
    private int drives = 1;
    private int mailSlots = 1;
    private Capacity capacity = Capacity.ENDLESS;
    private BlockLimits limits = new BlockLimits(1, BlockSize.LARGEST);
    private FaultPlan faults = FaultPlan.none();
    private Function<MemoryTapeDrive, TapeDrive> users = drive -> drive;

    MemoryLibraryBuilder(String name) {
        this.name = name;
    }

    public MemoryLibraryBuilder slots(int count) {
        slots = count;
        return this;
    }

    public MemoryLibraryBuilder drives(int count) {
        drives = count;
        return this;
    }

    public MemoryLibraryBuilder mailSlots(int count) {
        mailSlots = count;
        return this;
    }

    /** Blank cartridges, from slot 1 on. */
    public MemoryLibraryBuilder cartridges(String... more) {
        barcodes.addAll(List.of(more));
        return this;
    }

    /** A cartridge that exists already, in the slot after the blank ones. */
    public MemoryLibraryBuilder cartridge(MemoryCartridge cartridge) {
        cartridges.add(cartridge);
        return this;
    }

    /** Of the blank cartridges. */
    public MemoryLibraryBuilder capacity(Capacity each) {
        capacity = each;
        return this;
    }

    public MemoryLibraryBuilder blockLimits(BlockLimits ofDrives) {
        limits = ofDrives;
        return this;
    }

    /** What goes wrong, in the robot and in all drives: they share the plan, its count and its power. */
    public MemoryLibraryBuilder faults(FaultPlan plan) {
        faults = plan;
        return this;
    }

    /** Makes its drives as slow as real ones, on a simulated clock. */
    public MemoryLibraryBuilder timed(LtoModel model, long bytesPerObject, Consumer<Duration> passes) {
        users = drive -> new TimedDrive(drive, model, bytesPerObject, passes);
        return this;
    }

    /** Builds it with blank cartridges that warn after so many blocks and take two more. */
    public MemoryLibrary ofBlocks(long untilWarning) {
        return capacity(Capacity.ofBlocks(untilWarning, 2)).build();
    }

    public MemoryLibrary build() {
        Shelves shelves = new Shelves();
        shelves.add(new Element(ElementKind.MTE, 1));
        for (int i = 1; i <= slots; i++) {
            shelves.add(Element.slot(i));
        }
        for (int i = 1; i <= mailSlots; i++) {
            shelves.add(Element.mailSlot(i));
        }
        Map<Element, MemoryTapeDrive> byElement = new TreeMap<>();
        for (int i = 1; i <= drives; i++) {
            MemoryTapeDrive drive = new MemoryTapeDrive(name + "-drive" + i, faults, limits);
            shelves.add(Element.drive(i), drive);
            byElement.put(Element.drive(i), drive);
        }
        List<MemoryCartridge> all = new ArrayList<>();
        barcodes.forEach(b -> all.add(new MemoryCartridge(b, capacity)));
        all.addAll(cartridges);
        if (all.size() > slots) {
            throw new IllegalArgumentException(all.size() + " cartridges don't fit into " + slots + " slots");
        }
        for (int i = 0; i < all.size(); i++) {
            shelves.put(Element.slot(i + 1), all.get(i), null);
        }
        return new MemoryLibrary(name, faults, shelves, byElement, users);
    }
}
