package io.saddlebag.library;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of elements as people give them for one library (M12): the number may be left out where there is one of the kind. */
public final class ElementNames {
    private static final Pattern KIND_ALONE = Pattern.compile("mte|se|iee|dte");

    private ElementNames() {}

    /**
     * Makes sure that a name without a number, such as {@code dte}, can mean only one element. The library is asked only when
     * there is such a name.
     *
     * @param texts elements, ranges, barcodes, with commas between them; null for what wasn't given
     * @throws LibraryException {@link LibraryFault#NO_SUCH_ELEMENT} when there are several
     */
    public static void requireClear(Library library, @Nullable String... texts) throws IOException {
        for (String text : texts) {
            if (text != null) {
                for (String part : text.split(",", -1)) {
                    requireOne(library, part.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    private static void requireOne(Library library, String name) throws IOException {
        if (!KIND_ALONE.matcher(name).matches()) {
            return;
        }
        List<ElementStatus> all = library.inventory().of(ElementKind.valueOf(name.toUpperCase(Locale.ROOT)));
        if (all.size() > 1) {
            Element first = all.get(0).element();
            Element last = all.get(all.size() - 1).element();
            throw new LibraryException(
                    LibraryFault.NO_SUCH_ELEMENT,
                    "'" + name + "' may be any of the " + all.size() + " elements " + first + " to " + last
                            + " of library " + library.name(),
                    "Name it with its number, e.g. " + first + ".");
        }
    }
}
