// What to do about an error: the first that fits its text. The values are names of texts.
const ADVICE = [
  [/nothing could be listed: .*(signature|credential|access ?key|InvalidClientToken|AuthFailure)/i, "advice.credentials"],
  [/credential|signature|access ?key|AuthFailure|InvalidClientToken|not accept/i, "advice.credentials"],
  [/denied|forbidden|not authori[sz]ed|permission/i, "advice.permission"],
  [/throttl|rate limit|too many requests|flow/i, "advice.throttled"],
  [/timed? ?out|timeout_seconds|超时/i, "advice.timeout"],
  [/no active|account/i, "advice.account"],
  [/connect|unavailable|unreachable|network|\b5\d\d\b/i, "advice.unreachable"],
  [/worker|lost/i, "advice.lost"],
];

export const adviceOn = (error) => (ADVICE.find(([pattern]) => pattern.test(error)) ?? [null, "advice.other"])[1];
