package io.saddlebag.fault;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure an operator can act on (E10): a stable id, what happened, what it means for the data, what to do.
 *
 * <p>It is an {@link IOException} so that streams compose. A programmer's mistake is an {@link IllegalArgumentException}
 * or {@link IllegalStateException} instead. Subclasses exist only where a caller handles that kind differently.
 */
public class BackupException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient FaultCode code;
    private final String codeId;
    private final String what;
    private final String hint;

    /**
     * @param what what failed, on what, and how far it got; lower case, no full stop
     * @param hint the next action, as a sentence
     */
    public BackupException(FaultCode code, String what, String hint) {
        this(code, what, hint, null);
    }

    /** As {@link #BackupException(FaultCode, String, String)}, with the failure underneath. */
    public BackupException(FaultCode code, String what, String hint, @Nullable Throwable cause) {
        super(code.id() + " " + what + "\nDATA: " + code.effect() + "\nHINT: " + hint, cause);
        this.code = Objects.requireNonNull(code);
        this.codeId = code.id();
        this.what = what;
        this.hint = hint;
    }

    public FaultCode code() {
        return code;
    }

    /** The stable id, also after serialisation. */
    public String codeId() {
        return codeId;
    }

    /** What failed, without id, effect and hint. */
    public String what() {
        return what;
    }

    public String hint() {
        return hint;
    }

    public boolean is(FaultCode other) {
        return codeId.equals(other.id());
    }
}
