package io.saddlebag.library.scsi;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedChanger;
import io.saddlebag.tape.memory.MemoryCartridge;
import io.saddlebag.tape.memory.MemoryTapeDrive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A simulated robot with drives in memory, which any number of processes may open. */
final class SimulatedSite {
    final Map<String, MemoryCartridge> cartridges = new ConcurrentHashMap<>();
    final List<MemoryTapeDrive> drives = new ArrayList<>();
    final HeapLocks locks = new HeapLocks();
    final SimulatedChanger changer;

    private SimulatedSite(ChangerPlan plan, int driveCount) {
        for (int i = 1; i <= driveCount; i++) {
            MemoryTapeDrive drive = new MemoryTapeDrive("drive" + i);
            drives.add(drive);
            plan.drive("DRV0000" + i, new DriveBay(drive, cartridges));
        }
        this.changer = plan.build();
    }

    private SimulatedSite(ChangerPlan plan, String... names) {
        for (String name : names) {
            MemoryTapeDrive drive = new MemoryTapeDrive("drive" + (drives.size() + 1));
            drives.add(drive);
            plan.namedDrive("DRV0000" + drives.size(), name, new DriveBay(drive, cartridges));
        }
        this.changer = plan.build();
    }

    /** Two drives that the changer tells by these NAA names, and not by their serial numbers. */
    static SimulatedSite named(String first, String second) {
        return new SimulatedSite(ChangerPlan.ofSlots(3, 1).media("SBG001L6", "SBG002L6"), first, second);
    }

    static SimulatedSite of(ChangerPlan plan, int driveCount) {
        return new SimulatedSite(plan, driveCount);
    }

    /** Three slots, two cartridges, a mail slot, two drives. */
    static SimulatedSite small(ChangerPlan.Habit... habits) {
        return of(ChangerPlan.ofSlots(3, 1).media("SBG001L6", "SBG002L6").habits(habits), 2);
    }

    ScsiLibrary open() throws IOException {
        return open((Element) null, null);
    }

    /** The drives in the wrong order on purpose; elements as configured. */
    ScsiLibrary open(@Nullable Element first, @Nullable Element second) throws IOException {
        List<LibraryDrive> all = new ArrayList<>();
        for (int i = drives.size(); i >= 1; i--) {
            all.add(new LibraryDrive(drives.get(i - 1), "DRV0000" + i, null, i == 1 ? first : i == 2 ? second : null));
        }
        return open(all, ScsiLibrary.Probing.REFUSED);
    }

    /** Drives by the names that the configuration gives them, in the wrong order on purpose. */
    ScsiLibrary openNamed(@Nullable String first, @Nullable String second) throws IOException {
        return open(
                List.of(
                        new LibraryDrive(drives.get(1), "DRV00002", second, null),
                        new LibraryDrive(drives.get(0), "DRV00001", first, null)),
                ScsiLibrary.Probing.REFUSED);
    }

    ScsiLibrary probe() throws IOException {
        List<LibraryDrive> all = new ArrayList<>();
        for (int i = drives.size(); i >= 1; i--) {
            all.add(new LibraryDrive(drives.get(i - 1), "DRV0000" + i, null, null));
        }
        return open(all, ScsiLibrary.Probing.ALLOWED);
    }

    private ScsiLibrary open(List<LibraryDrive> all, ScsiLibrary.Probing probing) throws IOException {
        return ScsiLibrary.open(new ScsiLibrary.Parts(
                "lib", changer, "LIB0001", DeviceClaim.UNSHARED, all, locks, new QuickWaiter(), probing));
    }

    int address(Element element) {
        ElementRange range = new Places(changer.addresses()).range(element.kind());
        return range.first() + element.number() - 1;
    }

    Element placeOf(String medium) {
        return new Places(changer.addresses()).element(changer.placeOf(medium)).orElseThrow();
    }

    void operatorMoves(Element from, Element to) {
        changer.operatorMoves(address(from), address(to));
    }

    static final Element SE1 = Element.slot(1);
    static final Element SE2 = Element.slot(2);
    static final Element SE3 = Element.slot(3);
    static final Element IEE1 = Element.mailSlot(1);
    static final Element DTE1 = Element.drive(1);
    static final Element DTE2 = Element.drive(2);
    static final Element HAND = new Element(ElementKind.MTE, 1);
}
