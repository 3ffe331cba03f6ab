package io.saddlebag.camel.journal;

import io.saddlebag.journal.JournalMessage;
import java.util.EventObject;
import org.apache.camel.spi.CamelEvent;

/** Something that a backup of journals, or whoever gives journals up, says to operators (J13, J14). */
public final class JournalEvent extends EventObject implements CamelEvent {
    private static final long serialVersionUID = 1L;

    private final String journals;
    private final JournalMessage message;
    private final String text;
    private long timestamp;

    public JournalEvent(Object source, String journals, JournalMessage message, String text) {
        super(source);
        this.journals = journals;
        this.message = message;
        this.text = text;
    }

    /** Their configured name. */
    public String journals() {
        return journals;
    }

    public JournalMessage message() {
        return message;
    }

    /** Without the message's id. */
    public String text() {
        return text;
    }

    @Override
    public Type getType() {
        return Type.Custom;
    }

    @Override
    public long getTimestamp() {
        return timestamp;
    }

    @Override
    public void setTimestamp(long timestamp) {
        this.timestamp = timestamp;
    }

    @Override
    public String toString() {
        return journals + ": " + message + ", " + text;
    }
}
