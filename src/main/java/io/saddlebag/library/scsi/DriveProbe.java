package io.saddlebag.library.scsi;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds out which drive stands where by bringing a cartridge to each place that is unclear, and back. */
final class DriveProbe {
    private final ScsiLibrary library;
    private final Stations stations;
    private final DriveChecks checks;

    DriveProbe(ScsiLibrary library, Stations stations, DriveChecks checks) {
        this.library = library;
        this.stations = stations;
        this.checks = checks;
    }

    /** What can't be tried, since the drive is full or no cartridge is at hand, stays unclear. */
    void run() throws IOException {
        for (Map.Entry<Element, List<LibraryDrive>> unclear : new TreeMap<>(stations.unclear()).entrySet()) {
            Inventory inventory = library.inventory();
            Optional<ElementStatus> cartridge = inventory.of(ElementKind.SE).stream()
                    .filter(ElementStatus::full)
                    .filter(DriveProbe::isForData)
                    .findFirst();
            boolean empty =
                    inventory.at(unclear.getKey()).map(status -> !status.full()).orElse(false);
            if (empty && cartridge.isPresent()) {
                probe(
                        unclear.getKey(),
                        List.copyOf(unclear.getValue()),
                        cartridge.get().element());
            }
        }
    }

    private void probe(Element place, List<LibraryDrive> candidates, Element cartridge) throws IOException {
        for (LibraryDrive each : candidates) {
            checks.requireEmpty(each, place);
        }
        library.move(cartridge, place);
        Optional<LibraryDrive> loaded = checks.whichLoads(candidates);
        library.inventory();
        library.move(place, cartridge);
        loaded.ifPresent(drive -> stations.found(place, drive));
    }

    /** A cleaning cartridge would be used up by this. */
    private static boolean isForData(ElementStatus status) {
        Barcode barcode = status.barcode();
        return barcode == null || !barcode.isCleaning();
    }
}
