package io.saddlebag.journal;

/** What a pass says, under the ids that operators of Rdb know (J14). */
public enum JournalMessage {
    AIJBCKBEG,
    AIJBCKSEQ,
    LOGBCKAIJ,
    LOGCREBCK,
    QUIETPT,
    QUIETPTBUSY,
    AIJBCKEND,
    LOGAIJJRN,
    LOGAIJBLK,
    DOFULLBCK,
    OPERNOTIFY
}
