# Values of this instance. Read by the other scripts in this folder; a value that is set in the environment wins.
# The scripts run as the owner of the Oracle software, a member of the group dba: no password is needed (OS authentication).
: "${ORACLE_SID:=orcl}"
: "${ORACLE_HOME:=/u01/app/oracle/product/19.0.0/dbhome_1}"
: "${LISTENER:=LISTENER}"
export ORACLE_SID ORACLE_HOME
# German, Japanese... messages would not matter to the scripts, but to whoever reads the transcript.
export NLS_LANG=AMERICAN_AMERICA.AL32UTF8
SQLPLUS=$ORACLE_HOME/bin/sqlplus
LSNRCTL=$ORACLE_HOME/bin/lsnrctl

# Prints the instance's state: DOWN, STARTED, MOUNTED or OPEN (of v$instance). Fails when it can't be told.
instance_state() {
  if ! state=$("$SQLPLUS" -S -L "/ as sysdba" @"$here/state.sql" </dev/null); then
    case $state in
      *ORA-01034*) state=DOWN ;;
      *)
        echo "$state" >&2
        return 1
        ;;
    esac
  fi
  echo "$state" | tr -d '[:space:]'
}
