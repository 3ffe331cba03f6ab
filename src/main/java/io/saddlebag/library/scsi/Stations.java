package io.saddlebag.library.scsi;

import io.saddlebag.library.Element;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.ElementDescriptor;
import io.saddlebag.scsi.ElementDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which drive stands in which element (M14). What the library tells by the drive's whole serial number is proven; what the
 * configuration says, and what is left when all others are known, is believed only until the first cartridge turns up in
 * that drive, or doesn't.
 */
final class Stations {
    private final String library;
    private final Map<Element, LibraryDrive> drives = new TreeMap<>();
    private final Set<Element> proven = new HashSet<>();
    private final Map<Element, List<LibraryDrive>> unclear = new TreeMap<>();

    private Stations(String library) {
        this.library = library;
    }

    /**
     * @param told by the library, for each drive element
     * @throws LibraryException {@link LibraryFault#WRONG_DRIVE} when library, drives and configuration contradict each
     *     other
     */
    static Stations of(String library, Map<Element, ElementDescriptor> told, List<LibraryDrive> all)
            throws LibraryException {
        Stations stations = new Stations(library);
        List<LibraryDrive> open = new ArrayList<>(all);
        stations.recognise(told, open);
        stations.believeTheConfiguration(told, open);
        stations.takeWhatIsLeft(told, open);
        return stations;
    }

    Map<Element, LibraryDrive> drives() {
        return Collections.unmodifiableMap(drives);
    }

    /** Elements for which several drives remain, each with those; empty when all drives are found. */
    Map<Element, List<LibraryDrive>> unclear() {
        return Collections.unmodifiableMap(unclear);
    }

    /** What was unclear was tried. */
    void found(Element element, LibraryDrive drive) {
        drives.put(element, drive);
        proven.add(element);
        unclear.remove(element);
        unclear.values().forEach(others -> others.remove(drive));
        unclear.values().removeIf(List::isEmpty);
    }

    /** @throws LibraryException {@link LibraryFault#WRONG_DRIVE} when there is a drive whose place isn't known */
    void requireClear() throws LibraryException {
        if (!unclear.isEmpty()) {
            throw wrong("the library doesn't tell which drives stand where: " + unclear);
        }
    }

    boolean isProven(Element element) {
        return proven.contains(element);
    }

    void prove(Element element) {
        proven.add(element);
    }

    private void recognise(Map<Element, ElementDescriptor> told, List<LibraryDrive> open) throws LibraryException {
        Map<LibraryDrive, Element> found = new HashMap<>();
        for (Map.Entry<Element, ElementDescriptor> place : told.entrySet()) {
            ElementDevice device = place.getValue().device();
            for (LibraryDrive drive : List.copyOf(open)) {
                if (device == null || !isThe(device, drive)) {
                    continue;
                }
                Element before = found.put(drive, place.getKey());
                if (before != null) {
                    throw wrong(drive + " stands in " + before + " and in " + place.getKey() + ", says the library");
                }
                if (drives.put(place.getKey(), drive) != null) {
                    throw wrong("two drives have what the library tells of " + place.getKey() + ": " + device.text());
                }
                if (drive.element() != null && !drive.element().equals(place.getKey())) {
                    throw wrong(drive + " is configured for " + drive.element() + ", but the library says that it"
                            + " stands in " + place.getKey());
                }
                proven.add(place.getKey());
            }
        }
        open.removeAll(found.keySet());
    }

    private void believeTheConfiguration(Map<Element, ElementDescriptor> told, List<LibraryDrive> open)
            throws LibraryException {
        for (LibraryDrive drive : List.copyOf(open)) {
            Element element = drive.element();
            if (element == null) {
                continue;
            }
            if (!told.containsKey(element)) {
                throw wrong(drive + " is configured for " + element + ", which the library doesn't have");
            }
            if (drives.containsKey(element) || contradicts(told.get(element), drive)) {
                throw wrong(drive + " is configured for " + element + ", where another drive stands: "
                        + Optional.ofNullable(told.get(element).device())
                                .map(ElementDevice::text)
                                .orElse("unknown"));
            }
            drives.put(element, drive);
            open.remove(drive);
        }
    }

    /** One drive and one place that fit each other are taken; else it is unclear. */
    private void takeWhatIsLeft(Map<Element, ElementDescriptor> told, List<LibraryDrive> open) throws LibraryException {
        Set<LibraryDrive> placed = new HashSet<>();
        told.forEach((element, descriptor) -> {
            List<LibraryDrive> fitting = new ArrayList<>();
            if (!drives.containsKey(element)) {
                open.stream().filter(drive -> !contradicts(descriptor, drive)).forEach(fitting::add);
            }
            if (!fitting.isEmpty()) {
                unclear.put(element, fitting);
                placed.addAll(fitting);
            }
        });
        for (LibraryDrive drive : open) {
            if (!placed.contains(drive)) {
                throw wrong(drive + " stands in none of its elements");
            }
        }
        if (unclear.size() == 1 && open.size() == 1) {
            drives.put(unclear.keySet().iterator().next(), open.get(0));
            unclear.clear();
        }
    }

    private static boolean isThe(ElementDevice device, LibraryDrive drive) {
        String designator = drive.designator();
        return device.names(drive.serial()) || (designator != null && device.isDesignator(designator));
    }

    /** What the library tells, although it may be cut short, is not the beginning of what it would tell of the drive. */
    private static boolean contradicts(ElementDescriptor descriptor, LibraryDrive drive) {
        ElementDevice device = descriptor.device();
        if (device == null) {
            return false;
        }
        return !device.mayName(drive.serial());
    }

    private LibraryException wrong(String what) {
        return new LibraryException(
                LibraryFault.WRONG_DRIVE,
                "drives and elements of library " + library + " don't fit: " + what,
                "Give the drive its 'element', e.g. dte1, in config/devices.yaml; the library's panel shows serial"
                        + " numbers.");
    }
}
