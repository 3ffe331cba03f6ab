package io.saddlebag.age;

import java.util.List;

/** A part of a header that wraps the file key for one recipient (age, "Recipient stanza"). */
final class Stanza {
    private final List<String> arguments;
    private final byte[] body;

    /**
     * @param arguments the first is the recipient's type
     * @param body not copied
     */
    Stanza(List<String> arguments, byte[] body) {
        this.arguments = List.copyOf(arguments);
        this.body = body;
    }

    String type() {
        return arguments.get(0);
    }

    List<String> arguments() {
        return arguments;
    }

    /** Not copied. */
    byte[] body() {
        return body;
    }
}
