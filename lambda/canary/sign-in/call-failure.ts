import { Unanswered } from '../../aws/http-connection';
import { ServiceException } from '../../aws/service-exception';
import { CheckFailure, wordsOf } from '../check-failure';

/**
 * @param call - `Amazon Cognito, AdminInitiateAuth`
 * @param words - words for exceptions, by name
 * @returns a function that throws CheckFailure for an error of an AWS service. The message of the service can repeat the input, so that
 * only the name of the exception is in the reason
 */
export function callFailure(call: string, words: Readonly<Record<string, string>> = {}): (error: unknown) => never {
  return (error) => {
    if (error instanceof ServiceException) {
      const why = words[error.name];
      throw new CheckFailure(`${call}: ${error.name} (${error.status})${why ? `. ${why}` : ''}`);
    }
    throw new CheckFailure(`${call}: ${error instanceof Unanswered ? 'no answer' : wordsOf(error)}`);
  };
}
