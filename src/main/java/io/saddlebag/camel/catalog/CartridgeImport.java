package io.saddlebag.camel.catalog;

import io.saddlebag.catalog.Backup;
import io.saddlebag.job.Transcript;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.node.LibraryDesk;
import io.saddlebag.node.Node;
import io.saddlebag.volume.FoundSection;
import io.saddlebag.volume.ScannedVolume;
import io.saddlebag.volume.Target;
import io.saddlebag.volume.VolumeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a library's cartridges into the catalog; one that has no label of ours is left out, and said so in the log. */
final class CartridgeImport {
    private static final Logger LOG = LoggerFactory.getLogger(CartridgeImport.class);

    private final Node node;
    private final String library;

    CartridgeImport(Node node, String library) {
        this.node = node;
        this.library = library;
    }

    /**
     * @param cartridges empty for all that are in the library
     * @return the backups that the catalog didn't know before
     */
    List<Backup> run(List<Target> cartridges) throws IOException, InterruptedException {
        LibraryDesk desk = node.library(library);
        List<FoundSection> sections = new ArrayList<>();
        for (Target cartridge : cartridges.isEmpty() ? all(desk) : cartridges) {
            sections.addAll(scan(desk, cartridge));
        }
        return node.imports().importAll(library, sections, new Logged());
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
            LOG.warn("{} of library {} is left out: {}", cartridge, library, e.what());
            return List.of();
        }
        if (node.volumes().find(scanned.toVolume().id()).isEmpty()) {
            node.volumes().record(scanned.toVolume());
        }
        return scanned.sections();
    }

    /** There is no job whose transcript could be written. */
    private static final class Logged implements Transcript {
        @Override
        public void line(String text) {
            LOG.info("{}", text);
        }

        @Override
        public void sync() {
            // a log needs none
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
