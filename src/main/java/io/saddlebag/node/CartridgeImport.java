package io.saddlebag.node;

import io.saddlebag.catalog.Backup;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.tape.TapeException;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads a library's cartridges into the catalog (C1); one that has no label of ours is left out, and said so. */
public final class CartridgeImport {
    private final Node node;
    private final String library;
    private final Consumer<String> notes;

    /** @param notes takes a line for each cartridge and image */
    public CartridgeImport(Node node, String library, Consumer<String> notes) {
        this.node = node;
        this.library = library;
        this.notes = notes;
    }

    /**
     * @param cartridges empty for all that are in the library
     * @return the backups that the catalog didn't know before
     */
    public List<Backup> run(List<Target> cartridges) throws IOException, InterruptedException {
        LibraryDesk desk = node.library(library);
        List<FoundSection> sections = new ArrayList<>();
        for (Target cartridge : cartridges.isEmpty() ? all(desk) : cartridges) {
            sections.addAll(scan(desk, cartridge));
        }
        return node.imports().importAll(library, sections, new NotedTranscript(notes));
    }

    private static List<Target> all(LibraryDesk desk) throws IOException {
        List<Target> all = new ArrayList<>();
        for (ElementStatus status : desk.library().inventory().elements()) {
            Element place = status.element();
            Barcode barcode = status.barcode();
            if (status.full() && place.kind() != ElementKind.MTE && (barcode == null || !barcode.isCleaning())) {
                all.add(barcode == null ? Target.at(place) : Target.tagged(barcode));
            }
        }
        return all;
    }

    private List<FoundSection> scan(LibraryDesk desk, Target cartridge) throws IOException {
        ScannedVolume scanned;
        try {
            scanned = desk.volumes().scanVolume(cartridge);
        } catch (VolumeException e) {
            notes.accept(cartridge + " of library " + library + " is left out: " + e.what());
            return List.of();
        } catch (TapeException e) {
            // what the other cartridges hold is wanted all the more
            notes.accept(cartridge + " of library " + library + " is left out: " + e.getMessage());
            return List.of();
        }
        if (node.volumes().find(scanned.toVolume().id()).isEmpty()) {
            node.volumes().record(scanned.toVolume());
        }
        notes.accept(cartridge + ": volume " + scanned.toVolume().id() + ", "
                + scanned.sections().size() + " sections");
        return scanned.sections();
    }
}
