package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.tape.TapeDrive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A library's drives by their names, or by their elements (M28). */
public final class NamedDrives {
    private NamedDrives() {}

    /**
     * Where they stand.
     *
     * @param names of drives, as {@code left} or {@code dte1}, in whatever case where only one drive can be meant
     * @return in the order of the names
     * @throws VolumeException {@link VolumeFault#UNKNOWN_DRIVE} when there is none of a name, or two names are of one drive
     */
    public static List<Element> of(Library library, List<String> names) throws VolumeException {
        List<Element> found = new ArrayList<>();
        for (String name : names) {
            Element drive = find(library, name).orElseThrow(() -> unknown(library, "has no drive '" + name + "'"));
            if (found.contains(drive)) {
                throw unknown(
                        library, "has one drive for '" + names.get(found.indexOf(drive)) + "' and '" + name + "'");
            }
            found.add(drive);
        }
        return found;
    }

    private static Optional<Element> find(Library library, String name) {
        Map<Element, TapeDrive> drives = new TreeMap<>(library.drives());
        Optional<Element> exactly = drives.keySet().stream()
                .filter(each -> name.equals(nameOf(drives, each)))
                .findFirst();
        if (exactly.isPresent()) {
            return exactly;
        }
        List<Element> like = drives.keySet().stream()
                .filter(each -> name.equalsIgnoreCase(nameOf(drives, each)) || name.equalsIgnoreCase(each.toString()))
                .toList();
        return like.size() == 1 ? Optional.of(like.get(0)) : Optional.empty();
    }

    private static String nameOf(Map<Element, TapeDrive> drives, Element element) {
        TapeDrive drive = drives.get(element);
        return drive == null ? "" : drive.name();
    }

    private static VolumeException unknown(Library library, String why) {
        String all = new TreeMap<>(library.drives())
                .entrySet().stream()
                        .map(each -> each.getValue().name() + " (" + each.getKey() + ")")
                        .collect(Collectors.joining(", "));
        return new VolumeException(
                VolumeFault.UNKNOWN_DRIVE,
                "library " + library.name() + " " + why + "; there " + (all.isEmpty() ? "is none" : "are " + all),
                "Name each drive once, by its name or its element, in the order in which they are to take labels.");
    }
}
