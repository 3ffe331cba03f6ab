package io.saddlebag.database;

import io.saddlebag.database.DatabaseComponent.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A part of a database that can be asked for by its word (R1).
 *
 * @param word what kind of part it is
 * @param name of the one among several of its kind, e.g. {@code 16385} of a tablespace; empty for the only one
 * @param path of a file or folder, as it is backed up
 */
public record RestorableObject(Word word, String name, Path path) {
    /** What parts are called. Not every engine has each. */
    public enum Word {
        DATA_FILES,
        TABLESPACE,
        CONTROL_FILE,
        JOURNALS,
        ARCHIVED_JOURNALS,
        PARAMETER_FILE;

        private static final Map<Kind, Word> OF_KIND = Map.of(
                Kind.DATA, DATA_FILES,
                Kind.TABLESPACE, TABLESPACE,
                Kind.CONTROL, CONTROL_FILE,
                Kind.JOURNAL, JOURNALS,
                Kind.RECOVERY_AREA, ARCHIVED_JOURNALS,
                Kind.PARAMETERS, PARAMETER_FILE);

        /** As people write it: {@code control-file}. */
        public String display() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        static Optional<Word> parse(String text) {
            return Arrays.stream(values())
                    .filter(each -> each.display().equals(text))
                    .findFirst();
        }
    }

    /** What components are called; the name is their last word. */
    public static List<RestorableObject> of(List<DatabaseComponent> components) {
        List<RestorableObject> all = new ArrayList<>();
        for (DatabaseComponent component : components) {
            Word word = Word.OF_KIND.get(component.kind());
            if (word == null) {
                throw new IllegalStateException("a kind without a word: " + component.kind());
            }
            String name = component.name();
            all.add(new RestorableObject(word, name.substring(name.lastIndexOf(' ') + 1), component.path()));
        }
        return all;
    }

    /** Whether it looks like a word, and not like a path. */
    public static boolean isWord(String text) {
        int colon = text.indexOf(':');
        return Word.parse(colon < 0 ? text : text.substring(0, colon)).isPresent();
    }

    /** For error messages: all words. */
    public static String words() {
        return Arrays.stream(Word.values()).map(Word::display).collect(Collectors.joining(", "));
    }

    /**
     * Those meant by a word, or by a word and a name, {@code tablespace:16385}; none when there is no such part.
     */
    public static List<RestorableObject> named(String text, List<RestorableObject> all) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        return all.stream()
                .filter(each -> each.word.display().equals(word) && (name.isEmpty() || each.name.equals(name)))
                .toList();
    }

    @Override
    public String toString() {
        return word.display() + (name.isEmpty() ? "" : ":" + name) + " (" + path + ")";
    }
}
