package io.saddlebag.catalog;

/**
 * The order in which catalogs have names: that of their characters, and so of their bytes in UTF-8. It is not that of strings, in which
 * U+10000 comes before U+E000.
 */
public final class NameOrder {
    private NameOrder() {}

    /** As a {@link java.util.Comparator}. */
    public static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean longer = Character.isSurrogate(x);
                return longer == Character.isSurrogate(y) ? Character.compare(x, y) : longer ? 1 : -1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
