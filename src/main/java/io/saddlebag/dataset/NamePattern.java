package io.saddlebag.dataset;

import java.util.regex.Pattern;

/**
 * A pattern for the last name of a path: {@code *} stands for any characters, {@code ?} for one, {@code [a-z]} and {@code [!a-z]}
 * for one of, or none of, a set; a backslash takes a character as it is.
 */
public record NamePattern(String text, Pattern compiled) {
    /** @throws IllegalArgumentException when it can't match anything */
    public static NamePattern of(String text) {
        if (text.isEmpty() || text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a name has no slash, and at least one character");
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[' -> {
                    int end = text.indexOf(']', text.startsWith("[!", i) ? i + 3 : i + 2);
                    if (end < 0) {
                        throw new IllegalArgumentException("'[' without ']'");
                    }
                    String set = text.substring(i + 1, end);
                    boolean not = set.startsWith("!");
                    regex.append(not ? "[^" : "[")
                            .append((not ? set.substring(1) : set).replaceAll("[\\\\\\[\\]^&]", "\\\\$0"))
                            .append(']');
                    i = end;
                }
                case '\\' -> {
                    if (i + 1 == text.length()) {
                        throw new IllegalArgumentException("a backslash at its end");
                    }
                    regex.append(Pattern.quote(String.valueOf(text.charAt(++i))));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return new NamePattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    public boolean matches(String name) {
        return compiled.matcher(name).matches();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NamePattern p && p.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
