/** The texts of what `scanAddr` finds wrong. */
import { NetError } from "../errors";
import { quote } from "../strconv";
import { failedAt, failedEnd, ScanResult } from "./scan";

/** ParseAddrError is a text that is no IP address. */
export class ParseAddrError extends NetError {
  /**
   * text is what was to be read, message why it is wrong, at the part from which on it is, or "".
   */
  constructor(
    public text: string,
    public message: string,
    public at: string,
  ) {
    super();
  }

  error(): string {
    const start = "ParseAddr(" + quote(this.text) + "): " + this.message;
    return this.at.length > 0 ? start + " (at " + quote(this.at) + ")" : start;
  }
}

/**
 * scanError is the error for the result of the last scan, which was of the units from start to end
 * of text.
 */
export function scanError(text: string, start: i32, end: i32, result: ScanResult): ParseAddrError {
  const at = failedAt < 0 ? "" : text.substring(failedAt, failedEnd);
  return new ParseAddrError(text.substring(start, end), messageOf(result), at);
}

function messageOf(result: ScanResult): string {
  switch (result) {
    case ScanResult.NotAnAddress:
      return "unable to parse IP";
    case ScanResult.MissingIPv6:
      return "missing IPv6 address";
    case ScanResult.LeadingZero:
      return "IPv4 field has octet with leading zero";
    case ScanResult.Above255:
      return "IPv4 field has value >255";
    case ScanResult.NoDigit4:
      return "IPv4 field must have at least one digit";
    case ScanResult.TooLong4:
      return "IPv4 address too long";
    case ScanResult.Unexpected4:
      return "unexpected character";
    case ScanResult.TooShort4:
      return "IPv4 address too short";
    case ScanResult.EmptyZone:
      return "zone must be a non-empty string";
    case ScanResult.FiveDigits:
      return "each group must have 4 or less digits";
    case ScanResult.NoDigit6:
      return "each colon-separated field must have at least one digit";
    case ScanResult.MisplacedIPv4:
      return "embedded IPv4 address must replace the final 2 fields of the address";
    case ScanResult.NoRoomForIPv4:
      return "too many hex fields to fit an embedded IPv4 at the end of the address";
    case ScanResult.WantColon:
      return "unexpected character, want colon";
    case ScanResult.ColonAtEnd:
      return "colon must be followed by more characters";
    case ScanResult.TwoEllipses:
      return "multiple :: in address";
    case ScanResult.Trailing6:
      return "trailing garbage after address";
    case ScanResult.TooShort6:
      return "address string too short";
    default:
      return "the :: must expand to at least one field of zeros";
  }
}
